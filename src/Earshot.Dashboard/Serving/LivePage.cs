using System.Net;
using System.Text.Json;
using Earshot.Dashboard.Feeds;
using Earshot.Dashboard.Timeline;

namespace Earshot.Dashboard.Serving;

/// <summary>The live page as HTML: it contains what is known, so that it shows something before its script has asked for more.</summary>
internal static class LivePage
{
    internal static string Write(LiveContent content, string title, bool hasFleet) => PageAssets.Fill(PageAssets.Read("live.html"), new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["title"] = WebUtility.HtmlEncode(PageDataBuilder.Shown(title)),
        ["path"] = WebUtility.HtmlEncode(content.Path),
        ["fleet"] = hasFleet ? $"<a class=\"button\" href=\"{WebUtility.HtmlEncode(content.Path)}/fleet\">Fleet</a>" : "",
        ["chart"] = PageAssets.Read("chart.html"),
        ["lists"] = PageAssets.Read("lists.html"),
        ["data"] = JsonSerializer.Serialize(content, LiveJson.Default.LiveContent),
    });
}
