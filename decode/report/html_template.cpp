#include "decode/report/html_page.h"

namespace buswitness::report {

namespace {

// Mustache. Two braces escape; three are for the style sheet and the pictures, which are ours.
constexpr const char *page_template = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="buswitness {{version}}">
<title>Modbus capture report: {{name}}</title>
<style>{{{style}}}</style>
</head>
<body>
<main>
<h1>Modbus capture report</h1>
{{#files}}
<p class="meta">{{name}}: {{size}}{{#damage}}; <strong>read only in part: {{damage}}</strong>{{/damage}}</p>
{{/files}}
{{#time}}<p class="meta">{{time}}</p>{{/time}}
{{#interfaces}}<p class="meta">Interface {{name}}</p>{{/interfaces}}

<section class="verdict {{tone}}">
{{#verdict}}
<p>[[words]]</p>
{{/verdict}}
</section>
{{#comparison}}

<h2>Comparison</h2>
<p><strong>{{outcome}}</strong></p>
<p class="dim">Compared with {{baseline}}.</p>
{{#any_rows}}
<div class="wide"><table class="compared">
<thead><tr><th>What</th><th>Before</th><th>Now</th><th>Change</th></tr></thead>
<tbody>
{{#rows}}
<tr><td>[[what]]</td><td>{{before}}</td><td>{{now}}</td><td class="w"><span class="badge {{style}}">{{change}}</span></td></tr>
{{/rows}}
</tbody>
</table></div>
{{/any_rows}}
{{#more}}<p class="dim">{{more}}</p>{{/more}}
{{/comparison}}

<h2>What this capture can and cannot show</h2>
<div class="two">
<div><h4>It shows</h4><ul>{{#shows}}<li>[[words]]</li>{{/shows}}{{^shows}}<li>Nothing that could be judged.</li>{{/shows}}</ul></div>
<div><h4>It does not show</h4><ul>{{#hides}}<li>[[words]]</li>{{/hides}}{{^hides}}<li>Nothing is known to be missing.</li>{{/hides}}</ul></div>
</div>
{{#any_findings}}

<h2>Findings</h2>
{{#findings}}
<article class="{{severity}}" id="finding-{{number}}">
<h3>{{number}}. [[title]]</h3>
<p><span class="badge {{severity}}">{{severity}}</span> <span class="badge">{{certainty}}</span> <span class="dim">{{id}}</span></p>
{{#summary}}<p>[[words]]</p>{{/summary}}
<dl>
<dt>Certainty</dt><dd>{{certainty_words}}</dd>
<dt>Concerns</dt><dd>{{subject}}</dd>
{{#by}}<dt>Points to</dt><dd>{{by}}</dd>{{/by}}
{{#seen}}<dt>Seen</dt><dd>{{seen}}</dd>{{/seen}}
{{#meaning}}<dt>Meaning</dt><dd>[[words]]</dd>{{/meaning}}
{{#refuted}}<dt>Refuted by</dt><dd>[[words]]</dd>{{/refuted}}
{{#as}}<dt>What to do</dt><dd>as for <a href="#finding-{{as}}">finding {{as}}</a></dd>{{/as}}
</dl>
{{#any_evidence}}
<h4>Evidence</h4>
<table class="stack evidence">
<thead><tr><th class="n">Packet</th><th>Time</th><th>What it shows</th></tr></thead>
<tbody>
{{#evidence}}
<tr><td class="n">{{packet}}</td><td class="w">{{time}}</td><td>[[text]]</td></tr>
{{/evidence}}
</tbody>
</table>
{{/any_evidence}}
{{#any_causes}}
<h4>Possible causes, not proven</h4>
<ul>{{#causes}}<li>[[words]]</li>{{/causes}}</ul>
{{/any_causes}}
{{#any_steps}}
<h4>Next steps</h4>
<ol>{{#steps}}<li>[[words]]</li>{{/steps}}</ol>
{{/any_steps}}
{{#any_platforms}}
<h4>By platform</h4>
<dl>{{#platforms}}<dt>{{platform}}</dt><dd>[[words]]</dd>{{/platforms}}</dl>
{{/any_platforms}}
</article>
{{/findings}}
{{#left_out}}<p class="dim">{{words}}</p>{{/left_out}}
{{/any_findings}}
{{#any_checklists}}

<h2>Checklists</h2>
{{#checklists}}
<h3>{{title}}</h3>
{{#reason}}<p class="dim">Not applicable. {{reason}}</p>{{/reason}}
{{^reason}}
<table class="stack">
<thead><tr><th>Check</th><th>Result</th><th>Evidence, or how to find out</th></tr></thead>
<tbody>
{{#items}}
<tr><td><strong>{{question}}</strong></td><td class="w"><span class="badge {{style}}">{{status}}</span></td><td>[[text]]</td></tr>
{{/items}}
</tbody>
</table>
{{/reason}}
{{/checklists}}
{{/any_checklists}}
{{#any_tables}}

<h2>Who talks to whom</h2>
{{#tables}}
<h3>{{caption}}</h3>
<div class="wide"><table>
<thead><tr>{{#columns}}<th{{#number}} class="n"{{/number}}>{{heading}}</th>{{/columns}}</tr></thead>
<tbody>
{{#rows}}
<tr>{{#cells}}<td{{#number}} class="n"{{/number}}>{{cell}}</td>{{/cells}}</tr>
{{/rows}}
</tbody>
</table></div>
{{#more}}<p class="dim">{{more}}</p>{{/more}}
{{/tables}}
{{/any_tables}}
{{#any_charts}}

<h2>Charts</h2>
<div class="charts">
{{#charts}}
<figure>
<figcaption>{{caption}}</figcaption>
{{{svg}}}
{{#any_legend}}<p class="legend">{{#legend}}<span class="key {{style}}">&#160;</span>{{words}}{{/legend}}</p>{{/any_legend}}
{{#note}}<p class="dim">{{note}}</p>{{/note}}
</figure>
{{/charts}}
</div>
{{/any_charts}}

<h2>Totals</h2>
<dl class="sums">{{#totals}}<dt>{{label}}</dt><dd>{{text}}</dd>{{/totals}}</dl>
{{#reproduction}}

<h2>How to get this report again</h2>
<dl>
<dt>Command</dt><dd><code>{{command}}</code></dd>
<dt>Version</dt><dd>buswitness {{version}}</dd>
{{#sums}}<dt>SHA-256</dt><dd><code>{{sum}}</code> {{name}}</dd>{{/sums}}
</dl>
{{/reproduction}}
</main>
</body>
</html>
)html";

}  // namespace

std::string html_template()
{
    std::string text = page_template;
    for (std::size_t at = text.find("[["); at != std::string::npos; at = text.find("[[", at)) {
        const std::size_t end = text.find("]]", at);
        const std::string name = text.substr(at + 2, end - at - 2);
        const std::string section =
            "{{#" + name + "}}{{#code}}<code>{{piece}}</code>{{/code}}{{^code}}{{piece}}{{/code}}{{/" + name + "}}";
        text.replace(at, end + 2 - at, section);
        at += section.size();
    }
    return text;
}

}  // namespace buswitness::report
