using System.Globalization;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.LocalServer;

/// <summary>Writes what happens, as lines for people or as JSON lines.</summary>
internal sealed class ServerOutput(ToolHost host, bool isJson)
{
    private readonly Screen _screen = host.OpenScreen();
    private readonly Screen _hints = host.OpenErrorScreen();

    internal void Write(ServerLine line)
    {
        if (isJson)
        {
            JsonLines.Write(host.Out, line, ServerJson.Default.ServerLine);
            return;
        }

        string time = host.Time.GetLocalNow().ToString("HH:mm:ss  ", CultureInfo.InvariantCulture);
        _screen.Line(
            new Span(time, TextStyle.Quiet),
            new Span($"{line.Server}  ", TextStyle.Heading),
            line.Url is not null ? new Span(line.Url, TextStyle.Good) : new Span(SafeText.Line(line.Text ?? "")));
    }

    /// <summary>A line that is not an answer: how to use the command, what was not understood.</summary>
    internal void Hint(string text) => _hints.Line(new Span(SafeText.Line(text), TextStyle.Quiet));

    /// <summary>A line of the help; its text continues under itself.</summary>
    internal void Hint(string name, string text) => _hints.Line(new Span(name, TextStyle.Quiet), new Span(text, TextStyle.Quiet));
}
