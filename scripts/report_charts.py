# SPDX-License-Identifier: Apache-2.0
"""The pictures of an endurance run, as SVG to stand in the page.

Drawn small (460 wide) with large letters, so that they can be read on a phone, where they shrink to
three quarters, as well as in two columns on a desk.
"""
import math
from xml.etree import ElementTree

import markupsafe
import pygal
from pygal.style import Style

INK, SOFT, FAINT = "#1f2933", "#616e7c", "#e4e7eb"
PAYLOAD, OVERHEAD, LATENCY = "#0f766e", "#f0b429", "#3e4c59"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
SVG = "{http://www.w3.org/2000/svg}"
ElementTree.register_namespace("", SVG[1:-1])


def config(colors, **more):
    style = Style(
        background="transparent", plot_background="transparent", foreground=SOFT,
        foreground_strong=INK, foreground_subtle=FAINT, colors=colors, opacity="1",
        opacity_hover=".8", transition="0s", font_family=FONT, label_font_size=14,
        major_label_font_size=14, legend_font_size=15, title_font_size=15, value_font_size=13)
    return {"style": style, "js": [], "width": 460, "height": 290, "margin": 6,
            "show_legend": False, "legend_at_bottom": True, "disable_xml_declaration": True,
            "explicit_size": False, "print_values": False, "no_data_text": "nothing to show",
            "value_formatter": lambda value: f"{value:,.0f}", "truncate_label": -1,
            "show_minor_x_labels": False, "min_scale": 3, "max_scale": 6, **more}


def inline(chart, label):
    """The chart as markup without scripts; what they would show in a bubble becomes a title, which
    every browser shows by itself."""
    chart.uuid = "".join(letter if letter.isalnum() else "-" for letter in label)  # not random
    tree = ElementTree.fromstring(chart.render())
    for parent in list(tree.iter()):
        for child in list(parent):
            if child.tag == SVG + "script" or (parent is tree and child.tag == SVG + "title"):
                parent.remove(child)
            elif child.tag == SVG + "desc" and child.get("class", "").startswith("value"):
                child.tag = SVG + "title"
            elif child.tag == SVG + "desc":
                parent.remove(child)
    tree.set("role", "img")
    tree.set("aria-label", label)
    return markupsafe.Markup(ElementTree.tostring(tree, encoding="unicode"))


def thinned(labels, at_most):
    """The labels to be written: every n-th, so that they do not run into each other."""
    step = max(1, math.ceil(len(labels) / at_most))
    return labels[step - 1::step]


def yearly(samples, figure):
    """How much a figure grew from each sample to the next, and what to call the stretches."""
    names = [f"{math.ceil(sample['year'])}" for sample in samples[1:]]
    values = [figure(after) - figure(before) for before, after in zip(samples, samples[1:])]
    return names, values


def erases(samples):
    names, values = yearly(samples, lambda sample: sum(sample["erases"]))
    chart = pygal.Bar(**config((PAYLOAD,), x_labels_major=thinned(names, 10), x_title="year"))
    chart.x_labels = names
    chart.add("erases", values)
    return inline(chart, "Erases of all sectors in each year")


def programmed(samples):
    names, payload = yearly(samples, lambda sample: sample["payload_bytes"] / 1000)
    _, total = yearly(samples, lambda sample: sample["programmed_bytes"] / 1000)
    chart = pygal.StackedBar(**config((PAYLOAD, OVERHEAD), x_labels_major=thinned(names, 10),
                                      show_legend=True, x_title="year"))
    chart.x_labels = names
    chart.add("names and values", payload)
    chart.add("everything else", [all_of_it - part for all_of_it, part in zip(total, payload)])
    return inline(chart, "Kilobytes programmed in each year")


FLOOR_NS = 62500  # 1/16 ms: below it nothing was programmed


def slot_ends(up_to_ns):
    """1/16 ms, then two a doubling: 3/32, 1/8, 3/16, 1/4, ... until the last covers `up_to_ns`."""
    ends = [FLOOR_NS]
    while ends[-1] < up_to_ns:
        is_doubling = len(ends) % 2 == 1
        ends.append(ends[-1] * 3 // 2 if is_doubling else ends[-1] * 4 // 3)
    return ends


def coarse(buckets):
    """How many updates took up to how long, in fewer buckets than are counted: enough for the
    eye."""
    ends = slot_ends(max((bucket["to_ns"] for bucket in buckets), default=FLOOR_NS))
    slots = dict.fromkeys(ends)
    for bucket in buckets:
        end = next(end for end in ends if end >= bucket["to_ns"])
        slots[end] = (slots[end] or 0) + bucket["count"]
    return slots


def milliseconds(ns):
    return f"{ns / 1e6:.3g}"


def latency(buckets):
    slots = coarse(buckets)
    most = max((count or 0 for count in slots.values()), default=0)
    tens = [10 ** power for power in range(len(str(most)) + 1)]
    quarters = [milliseconds(end) for end in list(slots)[4::4]]
    chart = pygal.Bar(**config((LATENCY,), logarithmic=True, x_labels_major=quarters,
                               range=(0.5, tens[-1]), zero=0.5, x_title="up to ... milliseconds"))
    chart.x_labels = [milliseconds(end) for end in slots]
    chart.y_labels = tens
    chart.add("updates", list(slots.values()))
    return inline(chart, "How many updates took how long")


def shade(share):
    """From nearly white to the colour of the page."""
    light, dark = (230, 244, 241), (15, 118, 110)
    mixed = (round(a + (b - a) * share) for a, b in zip(light, dark))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def heat_map(samples):
    """One row a sector, one cell a sample: the colour of a cell is its erases against the most."""
    samples = samples[1:]
    sectors = len(samples[-1]["erases"])
    most = max(1, max(samples[-1]["erases"]))
    rows = []
    for sector in range(sectors):
        history = [sample["erases"][sector] for sample in samples]
        rows.append({"sector": sector, "erases": history[-1],
                     "cells": [{"erases": erases, "color": shade(erases / most),
                                "year": math.ceil(sample["year"])}
                               for sample, erases in zip(samples, history)]})
    return rows
