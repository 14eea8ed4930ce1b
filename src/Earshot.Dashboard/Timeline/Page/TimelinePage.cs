using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Earshot.Dashboard.Timeline;

/// <summary>
/// The timeline as one HTML page that needs nothing else: style, script and data are in it, and its content security policy allows
/// nothing but these.
/// </summary>
internal static class TimelinePage
{
    /// <summary>Returns the page of recorded connections.</summary>
    internal static string Write(TimelineModel model)
    {
        string title = model.Tracks.Count == 1 ? model.Tracks[0].Name : $"{model.Tracks.Count} connections";
        return Write(PageDataBuilder.Build(model), title);
    }

    /// <summary>Returns the page of this content.</summary>
    internal static string Write(PageContent content, string title) => PageAssets.Fill(PageAssets.Read("page.html"), new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["policy"] = Policy(PageAssets.FileScript, PageAssets.Style),
        ["title"] = WebUtility.HtmlEncode(PageDataBuilder.Shown(title)),
        ["style"] = PageAssets.Style,
        ["script"] = PageAssets.FileScript,
        ["chart"] = PageAssets.Read("chart.html"),
        ["lists"] = PageAssets.Read("lists.html"),
        ["data"] = JsonSerializer.Serialize(content, PageJson.Default.PageContent),
    });

    /// <summary>The content security policy of a page that contains its script and its style and needs nothing else.</summary>
    internal static string Policy(string script, string style) => $"default-src 'none'; script-src '{Hash(script)}'; style-src '{Hash(style)}'; base-uri 'none'; form-action 'none'";

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
}
