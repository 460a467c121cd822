#!/usr/bin/env python3
"""Table and picture of the adoption sweep: adoption.py SWEEP_DIRECTORY [LAZARET], after `lazaret sweep --keep`.

Every ISP that does not act in a run is compared with itself in the run of the same seed in which nobody acts.
"""
import csv
import json
import pathlib
import subprocess
import sys

sweep = pathlib.Path(sys.argv[1])
lazaret = sys.argv[2] if len(sys.argv) > 2 else "./lazaret"
runs = {}
for row in csv.DictReader((sweep / "runs.csv").open()):
    directory = sweep / "runs" / f"{int(row['run']):06}"
    text = subprocess.run([lazaret, "report", directory, "--json"], check=True, capture_output=True).stdout
    internet = json.loads(text)["internet"]
    key = row["internet.adoption_order"], float(row["internet.adoption"]), row["seed"]
    runs[key] = {isp["isp"]: isp for isp in internet["isps"]}
orders = list(dict.fromkeys(key[0] for key in runs))
shares = sorted({key[1] for key in runs})
seeds = sorted({key[2] for key in runs})


def per_thousand(isps, what):
    accounts = sum(isp["accounts"] for isp in isps)
    return 1000 * sum(isp[what] for isp in isps) / accounts if accounts else None


def row_of(order, share):
    acting, others, acting_before, others_before, everybody, all_before = [], [], [], [], [], []
    for seed in seeds:
        before = runs[order, 0.0, seed]
        for name, isp in runs[order, share, seed].items():
            (acting if isp["acts"] else others).append(isp)
            (acting_before if isp["acts"] else others_before).append(before[name])
    everybody, all_before = acting + others, acting_before + others_before
    return {
        "homes": sum(i["accounts"] for i in acting) / sum(i["accounts"] for i in everybody),
        **{f"{what}_{who}": (per_thousand(now, what), per_thousand(then, what))
           for what in ("bot_days", "mails")
           for who, now, then in (("acting", acting, acting_before), ("others", others, others_before),
                                  ("all", everybody, all_before))},
    }


def cell(pair):
    now, then = pair
    return "-" if now is None else f"{now:.1f} of {then:.1f} ({100 * (now / then - 1):+.0f} %)"


table = {(order, share): row_of(order, share) for order in orders for share in shares}
print("| order | adoption | homes whose ISP acts | bot-days, ISPs that act | bot-days, the others | bot-days, all | "
      "mails, ISPs that act | mails, the others | mails, all |\n|" + "---|" * 9)
for (order, share), row in table.items():
    print(f"| {order} | {share:g} | {100 * row['homes']:.0f} % | " + " | ".join(
        cell(row[f"{what}_{who}"]) for what in ("bot_days", "mails") for who in ("acting", "others", "all")) + " |")
print("\n| place | nobody acts | mails per 1000 |", *(f"{o}, half act | mails per 1000 |" for o in orders))
print("|" + "---|" * (3 + 2 * len(orders)))
for place in range(5):
    cells = []
    for order, share in [(orders[0], 0.0)] + [(o, 0.5) for o in orders]:
        league = sorted(runs[order, share, seeds[0]].values(), key=lambda i: -i["mails"])
        isp = league[place]
        cells += [isp["isp"] + (" (acts)" if isp["acts"] else ""), f"{isp['mails_per_1000']:.0f}"]
    print(f"| {place + 1} | " + " | ".join(cells) + " |")

# The picture: what is left of bots and of spam, in the ISPs that do not act and in all.
width, height, left, top, gap = 360, 260, 60, 60, 90
colours = {"clean_first": "#1b6ca8", "dirty_first": "#b3541e"}
out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * width + gap + left + 30}" height="{height + 150}" '
       'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="white"/>']
for panel, (what, title) in enumerate((("bot_days", "Bots"), ("mails", "Spam, as received"))):
    x0, y0 = left + panel * (width + gap), top
    x = lambda share, x0=x0: x0 + share * width
    y = lambda left_over, y0=y0: y0 + height - min(left_over, 1.05) / 1.05 * height
    out.append(f'<text x="{x0}" y="{y0 - 30}" font-size="16" font-weight="bold">{title}: what is left of it</text>')
    for tick in (0, 0.25, 0.5, 0.75, 1):
        out.append(f'<line x1="{x0}" x2="{x0 + width}" y1="{y(tick)}" y2="{y(tick)}" stroke="#ddd"/>'
                   f'<text x="{x0 - 8}" y="{y(tick) + 4}" text-anchor="end">{100 * tick:g} %</text>'
                   f'<text x="{x(tick)}" y="{y0 + height + 18}" text-anchor="middle">{100 * tick:g} %</text>')
    out.append(f'<text x="{x0 + width / 2}" y="{y0 + height + 38}" text-anchor="middle">share of ISPs that act</text>')
    for order in orders:
        for who, dash in (("others", ""), ("all", "5 4")):
            points = [(x(share), y(row[0] / row[1])) for share in shares
                      for row in [table[order, share][f"{what}_{who}"]] if row[0] is not None and row[1]]
            out.append(f'<polyline fill="none" stroke="{colours[order]}" stroke-width="2.5" stroke-dasharray="{dash}" '
                       f'points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}"/>')
            out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colours[order]}"/>' for a, b in points]
for i, (order, who, dash) in enumerate((o, w, d) for w, d in (("the ISPs that do not act", ""), ("all ISPs", "5 4"))
                                       for o in orders):
    x0, y0 = left + i % 2 * (width + gap), top + height + 62 + i // 2 * 20
    out.append(f'<line x1="{x0}" x2="{x0 + 34}" y1="{y0}" y2="{y0}" stroke="{colours[order]}" stroke-width="2.5" '
               f'stroke-dasharray="{dash}"/><text x="{x0 + 42}" y="{y0 + 4}">{who}, {order.replace("_", " ")}</text>')
out.append("</svg>")
(pathlib.Path(__file__).parent.parent / "pictures" / "adoption.svg").write_text("\n".join(out) + "\n")
