import { createHash } from 'node:crypto';
import type { Pattern } from '../domain/pattern.ts';
import { primaryWavelengthA } from '../domain/radiation.ts';
import { Markup, markup, scriptJson } from './markup.ts';

/** Runs in the reader's browser: the point under the pointer. */
const SCRIPT = `(()=>{
const data=JSON.parse(document.getElementById('points').textContent);
const readout=document.getElementById('readout');
for(const figure of document.querySelectorAll('svg.angles')){
const f=Object.fromEntries(Object.entries(figure.dataset).map(([k,v])=>[k,Number(v)]));
const line=figure.querySelector('.crosshair');
const show=(deg,event)=>{
let low=0,high=data.deg.length-1;
while(high-low>1){const middle=(low+high)>>1;if(data.deg[middle]<deg)low=middle;else high=middle}
const i=Math.abs(data.deg[high]-deg)<Math.abs(data.deg[low]-deg)?high:low;
const at=data.deg[i],x=f.left+(at-f.from)/(f.to-f.from)*(f.right-f.left);
line.setAttribute('x1',x);line.setAttribute('x2',x);line.setAttribute('visibility','visible');
const d=data.wavelength/(2*Math.sin(at*Math.PI/360));
const c=data.counts[i],t=data.live[i];
readout.textContent='2θ '+at.toFixed(3)+'°   d '+d.toFixed(4)+' Å   '+(data.unit==='counts'?c+' counts in '+t+' s   '+(t>0?(c/t).toPrecision(4)+' ± '+(Math.sqrt(Math.max(c,1))/t).toPrecision(2)+' per s':''):'intensity '+c);
readout.style.left=Math.max(8,Math.min(event.clientX+14,innerWidth-readout.offsetWidth-8))+'px';
readout.style.top=Math.max(8,event.clientY-44)+'px';
readout.hidden=false};
figure.addEventListener('pointermove',event=>{
const box=figure.getBoundingClientRect(),x=(event.clientX-box.left)/box.width*figure.viewBox.baseVal.width;
if(x<f.left||x>f.right){hide();return}
show(f.from+(x-f.left)/(f.right-f.left)*(f.to-f.from),event)});
const hide=()=>{readout.hidden=true;line.setAttribute('visibility','hidden')};
figure.addEventListener('pointerleave',hide)}
})();`;

/** For the page's content policy: this script may run and no other. */
export const SCRIPT_HASH = `sha256-${createHash('sha256').update(SCRIPT).digest('base64')}`;

/** The points and the script that shows them; nothing where there are no points. */
export function hoverScript(pattern: Pattern | null): Markup {
  if (!pattern || pattern.twoThetaDeg.length === 0 || pattern.radiation.lines.length === 0) return markup``;
  const points = {
    wavelength: primaryWavelengthA(pattern.radiation),
    unit: pattern.unit,
    deg: Array.from(pattern.twoThetaDeg, (value) => Number(value.toFixed(4))),
    counts: Array.from(pattern.counts, (value) => (Number.isFinite(value) ? Number(value.toPrecision(7)) : 0)),
    live: Array.from(pattern.liveS, (value) => (Number.isFinite(value) ? Number(value.toPrecision(5)) : 0)),
  };
  return markup`<output id="readout" hidden></output><script type="application/json" id="points">${scriptJson(points)}</script><script>${new Markup(SCRIPT)}</script>`;
}
