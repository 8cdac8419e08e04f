# SPDX-License-Identifier: Apache-2.0
"""The page of an endurance run: what is said where. Pictures are in report_charts.py, the HTML in
report_page.html."""
import pathlib

import jinja2

import report_charts


def grouped(number):
    """1234567 as 1,234,567."""
    return f"{number:,}"


def short(number):
    """As many digits as a person reads: 716.8 is 717, 14.25 is 14.2, 1.2345 is 1.23."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def years(number):
    """20.0 is 20, 0.7609 is 0.76."""
    return f"{number:g}" if number == int(number) else short(number)


def verdict(run):
    if run["violation"]:
        return f"A property did not hold: {run['violation']}."
    if run["worn_out_year"]:
        return f"The part wears out in year {run['worn_out_year']}."
    if run["read_only_year"]:
        return f"Nothing was lost; the part took no more in year {run['read_only_year']}."
    return "Nothing was lost, and the part lasts."


def budgets(run):
    """Bars of how much of the part is used up: guaranteed erases, then the best retention promise."""
    used = run["erases_max"]
    found = []
    if run["endurance_cycles"]:
        found.append({"title": "Guaranteed erases", "limit": run["endurance_cycles"],
                      "note": "more than so many erases of a sector are not guaranteed"})
    for budget in run["retention"][:1]:
        found.append({"title": f"Retention of {budget['years']} years", "limit": budget["cycles"],
                      "note": f"up to so many erases the part keeps data for {budget['years']} "
                              "years without power"})
    for bar in found:
        bar["share"] = 100 * used / bar["limit"]
        bar["width"] = min(100, max(bar["share"], 0.5))
    return sorted(found, key=lambda bar: bar["limit"])


def page(run):
    """The whole page as text."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(pathlib.Path(__file__).parent), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(grouped=grouped, short=short, years=years)
    return environment.get_template("report_page.html").render(
        run=run, verdict=verdict(run), budgets=budgets(run),
        heat=report_charts.heat_map(run["samples"]),
        chart={"erases": report_charts.erases(run["samples"]),
               "bytes": report_charts.programmed(run["samples"]),
               "latency": report_charts.latency(run["latency"]["buckets"])})
