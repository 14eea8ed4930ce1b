using System.Globalization;
using System.Text;

namespace Earshot.Dashboard.Timeline;

/// <summary>The embedded parts of the pages: templates, style, scripts.</summary>
internal static class PageAssets
{
    private const string Open = "{{";
    private const string Close = "}}";

    // The parts of a script share one scope; what draws comes before what starts it.
    private static readonly string[] s_drawing = ["text.js", "axis.js", "rows.js", "chart.js", "bands.js", "moment.js", "outages.js", "events.js", "filters.js"];
    private static readonly string[] s_fleet = ["text.js", "axis.js", "fleet-rows.js", "chart.js", "bands.js", "page.js", "fleet-said.js", "fleet-lists.js"];

    /// <summary>The script of a recorded timeline.</summary>
    internal static string FileScript { get; } = Script([.. s_drawing, "page.js", "start.js"]);

    /// <summary>The script of the live page: the same drawing, and what follows the connections.</summary>
    internal static string LiveScript { get; } = Script([.. s_drawing, "page.js", "now.js", "plots.js", "live.js", "start.js"]);

    /// <summary>The script of the page of the fleet: the same picture, with incidents and what both halves say.</summary>
    internal static string FleetScript { get; } = Script([.. s_fleet, "fleet-live.js", "fleet-start.js"]);

    /// <summary>The same for a file, which does not change any more.</summary>
    internal static string FleetFileScript { get; } = Script([.. s_fleet, "fleet-start.js"]);

    internal static string FleetStyle { get; } = Read("page.css") + Read("live.css") + Read("fleet.css");

    internal static string Style { get; } = Read("page.css");

    internal static string LiveStyle { get; } = Read("page.css") + Read("live.css");

    /// <summary>Returns a template with its values. Only the template is searched for names: a value that contains one stays what it is.</summary>
    internal static string Fill(string template, IReadOnlyDictionary<string, string> values)
    {
        var page = new StringBuilder();
        int at = 0;
        for (int open; (open = template.IndexOf(Open, at, StringComparison.Ordinal)) >= 0;)
        {
            int close = template.IndexOf(Close, open, StringComparison.Ordinal);
            page.Append(template, at, open - at).Append(values[template[(open + Open.Length)..close]]);
            at = close + Close.Length;
        }

        return page.Append(template, at, template.Length - at).ToString();
    }

    internal static string Read(string name)
    {
        using Stream stream = typeof(PageAssets).Assembly.GetManifestResourceStream($"dashboard/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Script(string[] parts) =>
        string.Create(CultureInfo.InvariantCulture, $"'use strict';\n(() => {{\n{string.Concat(parts.Select(Read))}}})();\n");
}
