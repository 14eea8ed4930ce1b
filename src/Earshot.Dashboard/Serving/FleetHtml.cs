using System.Net;
using System.Text.Json;
using Earshot.Dashboard.Fleets;
using Earshot.Dashboard.Timeline;

namespace Earshot.Dashboard.Serving;

/// <summary>The page of the fleet as HTML, live and as one file. It contains what is known, so that it shows something before its script has asked for more.</summary>
internal static class FleetHtml
{
    internal static string Write(FleetContent content, string title, bool hasOwn) => PageAssets.Fill(PageAssets.Read("fleet.html"), new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["title"] = WebUtility.HtmlEncode(PageDataBuilder.Shown(title)),
        ["path"] = WebUtility.HtmlEncode(content.Path ?? ""),
        ["own"] = hasOwn ? $"<a class=\"button\" href=\"{WebUtility.HtmlEncode(content.Path)}\">Own connections</a>" : "",
        ["parts"] = Parts(),
        ["data"] = Json(content),
    });

    /// <summary>Returns a page that needs nothing else: its policy allows only the style and the script that it contains.</summary>
    internal static string WriteFile(FleetContent content, string title) => PageAssets.Fill(PageAssets.Read("fleet-file.html"), new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["policy"] = TimelinePage.Policy(PageAssets.FleetFileScript, PageAssets.FleetStyle),
        ["title"] = WebUtility.HtmlEncode(PageDataBuilder.Shown(title)),
        ["style"] = PageAssets.FleetStyle,
        ["parts"] = Parts(),
        ["data"] = Json(content),
        ["script"] = PageAssets.FleetFileScript,
    });

    private static string Parts() => PageAssets.Fill(PageAssets.Read("fleet-parts.html"), new Dictionary<string, string>(StringComparer.Ordinal) { ["chart"] = PageAssets.Read("chart.html") });

    private static string Json(FleetContent content) => JsonSerializer.Serialize(content, FleetPageJson.Default.FleetContent);
}
