using Earshot.Dashboard.Timeline;

namespace Earshot.Cli.Output;

/// <summary>
/// Texts that come from a server, a peer or a file, as they may be shown on a terminal: by the rules of the pages, which escape the same
/// characters.
/// </summary>
internal static class SafeText
{
    /// <summary>Returns the text as one line.</summary>
    internal static string Line(string text) => VisibleText.Line(text);

    /// <summary>Returns the text with its line breaks and tabs.</summary>
    internal static string Lines(string text) => VisibleText.Lines(text);

    /// <summary>Whether the text can be shown as it is, with its line breaks and tabs.</summary>
    internal static bool IsPlain(string text) => VisibleText.IsPlain(text);
}
