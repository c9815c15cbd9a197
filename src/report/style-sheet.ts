/** The look of a report. The phases' colours are those of Okabe and Ito, told apart with any kind of colour vision; the dark ones are lighter. */
export const STYLE_SHEET = `
:root{color-scheme:light dark;--paper:#fff;--panel:#f6f7f9;--ink:#1b2027;--muted:#5b6470;--rule:#d5dae1;--grid:#e7eaef;--visit:#2b6f9e;--disputed:#b8860b;
--p0:#d55e00;--p1:#0072b2;--p2:#009e73;--p3:#cc79a7;--p4:#e69f00;--p5:#56b4e9;--measured:#8b94a0;--good:#00694d;--doubt:#8a5a00;--bad:#a62b00}
@media (prefers-color-scheme:dark){:root{--paper:#12161c;--panel:#1a2028;--ink:#e8ecf1;--muted:#a3adb9;--rule:#36404c;--grid:#262e38;--visit:#6fb7e6;--disputed:#f0c94a;
--p0:#ff8a3d;--p1:#4aa8e8;--p2:#2cc99a;--p3:#e59bc4;--p4:#f2b632;--p5:#8ed2f7;--measured:#7d8793;--good:#3ed0a2;--doubt:#f0b84a;--bad:#ff8a66}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans","DejaVu Sans",sans-serif}
main{max-width:1200px;margin:0 auto;padding:28px 20px 60px}h1{font-size:27px;line-height:1.25;margin:6px 0 8px;letter-spacing:-.01em}
h2{font-size:18px;margin:38px 0 10px;padding-bottom:5px;border-bottom:1px solid var(--rule)}h3{font-size:15px;margin:18px 0 6px}
p{margin:6px 0}small,.hint{color:var(--muted);font-size:13px}code{font:12px/1.4 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.badge{display:inline-block;border:1.5px solid currentColor;border-radius:99px;padding:1px 12px;font-weight:600;font-size:13px;margin-right:8px}
.good{color:var(--good)}.doubt{color:var(--doubt)}.bad{color:var(--bad)}.simulated{color:var(--muted);border-style:dashed;text-transform:uppercase;letter-spacing:.08em}
.summary{font-size:16px;max-width:72em}.figures{display:flex;flex-wrap:wrap;gap:10px;margin:18px 0 0;padding:0;list-style:none}.figures li{background:var(--panel);border-radius:8px;padding:9px 15px;flex:1 1 150px}
.figures b{display:block;white-space:nowrap;font-size:20px;font-variant-numeric:tabular-nums}.figures span{color:var(--muted);font-size:13px}
figure{margin:10px 0}figure svg{display:block;width:100%;height:auto}figure.wide{overflow-x:auto}figure.wide svg{min-width:840px}figcaption{color:var(--muted);font-size:13px;margin:4px 0}
.closeups{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(480px,100%),1fr));gap:8px 20px}
svg text{font:12px system-ui,"Segoe UI","Noto Sans","DejaVu Sans",sans-serif;fill:var(--muted)}svg .axis{font-size:13px;fill:var(--ink)}svg .heading{fill:var(--ink);font-weight:600}svg .number{font-variant-numeric:tabular-nums}
svg .label{fill:currentColor;font-weight:600}.frame{fill:none;stroke:var(--rule)}.grid{stroke:var(--grid)}.tick{stroke:var(--muted)}svg path{fill:none;stroke-linejoin:round}
.visit{fill:var(--visit)}.disputed{fill:var(--disputed);fill-opacity:.035;stroke:var(--disputed);stroke-opacity:.75;stroke-dasharray:3 3}.disputed-bar{fill:var(--disputed);fill-opacity:.25}svg .region-number{fill:var(--ink);font-weight:700}
.measured{stroke:var(--measured);stroke-width:1.1}.measured.alone{stroke:var(--ink)}.model{stroke:var(--ink);stroke-width:.9}.background{stroke:var(--muted);stroke-width:1;stroke-dasharray:5 3}
svg .contribution{fill:currentColor;fill-opacity:.42;stroke:currentColor;stroke-width:.8}.line-mark{stroke:currentColor;stroke-width:1.3}.residual{stroke:var(--measured);stroke-width:.9}.band{fill:var(--grid);fill-opacity:.8}
.evidence{stroke:currentColor;stroke-width:1.6}.course path{stroke:currentColor;stroke-width:2}.course circle{fill:currentColor}.course path.leader{stroke-width:1;stroke-opacity:.6}.course.whole path:not(.leader){stroke-dasharray:7 4}.course.whole{color:var(--ink)}
.again path{stroke-dasharray:4 2}.goal{stroke:var(--good);stroke-dasharray:2 4;stroke-width:1.5}.crosshair{stroke:var(--ink);stroke-opacity:.55;pointer-events:none}
.phase-0{color:var(--p0)}.phase-1{color:var(--p1)}.phase-2{color:var(--p2)}.phase-3{color:var(--p3)}.phase-4{color:var(--p4)}.phase-5{color:var(--p5)}.phase-none{color:var(--muted)}
.layer-linear{display:none}body:has(#linear:checked) .layer-linear{display:inline}body:has(#linear:checked) .layer-sqrt{display:none}
.switch{display:flex;gap:16px;font-size:13px;color:var(--muted);margin:0;flex-wrap:wrap}.switch label{cursor:pointer}.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}th{text-align:left;color:var(--muted);font-weight:600;font-size:13px;border-bottom:1px solid var(--rule);padding:5px 12px 5px 0;vertical-align:bottom}
td{padding:6px 12px 6px 0;border-bottom:1px solid var(--grid);vertical-align:top}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}tr.other td{color:var(--muted)}tr.final td{background:var(--panel);padding-left:6px}
td ul{margin:0;padding:0;list-style:none}td li+li{margin-top:4px}.decisions td:nth-child(2){max-width:26em}.tag{font-size:12px;border:1px solid var(--rule);border-radius:4px;padding:0 5px;color:var(--muted)}
.swatch{display:inline-block;width:11px;height:11px;border-radius:3px;background:currentColor;margin-right:8px}.phases td:nth-child(2){white-space:nowrap}.meter{display:inline-block;width:64px;height:8px;border-radius:4px;background:var(--grid);overflow:hidden;margin-right:4px}.meter i{display:block;height:100%;background:var(--muted)}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(430px,100%),1fr));gap:0 36px}
.key{display:flex;flex-wrap:wrap;gap:4px 22px;list-style:none;margin:8px 0;padding:0;font-size:14px}.key i{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:6px;vertical-align:-1px}
.part-counting{fill:#0072b2;background:#0072b2}.part-moving{fill:#e69f00;background:#e69f00}.part-settling{fill:#56b4e9;background:#56b4e9}.part-shutter{fill:#cc79a7;background:#cc79a7}.part-overhead{fill:#d55e00;background:#d55e00}.part-waiting{fill:#8b94a0;background:#8b94a0}.part-unknown{fill:var(--ink);background:var(--ink)}.part-left{border:1px solid var(--rule)}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:8px 24px;margin:8px 0}.facts dt{color:var(--muted);font-size:13px}.facts dd{margin:0;overflow-wrap:anywhere}
#readout{position:fixed;background:var(--ink);color:var(--paper);padding:4px 10px;border-radius:6px;font-size:13px;white-space:pre;pointer-events:none;font-variant-numeric:tabular-nums;z-index:2}footer{margin-top:40px;color:var(--muted);font-size:13px}
@media print{:root{--paper:#fff;--panel:#f6f7f9;--ink:#000;--muted:#444;--rule:#bbb;--grid:#e4e4e4;--visit:#2b6f9e;--disputed:#b8860b;--p0:#d55e00;--p1:#0072b2;--p2:#009e73;--p3:#cc79a7;--p4:#e69f00;--p5:#56b4e9;--measured:#888;--good:#00694d;--doubt:#8a5a00;--bad:#a62b00}
body{font-size:11px;-webkit-print-color-adjust:exact;print-color-adjust:exact}main{max-width:none;padding:0}.switch,#readout{display:none}figure,.figures,tr{break-inside:avoid}figure.wide svg{min-width:0}.scroll{overflow:visible}h2,h3{break-after:avoid}.closeups,.columns{grid-template-columns:1fr 1fr}table,th,.key,small,.hint,.facts dt{font-size:11px}@page{margin:14mm}}
`;
