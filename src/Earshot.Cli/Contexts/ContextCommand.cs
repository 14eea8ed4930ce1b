using System.CommandLine;
using Earshot.Cli.Connecting;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Contexts;

/// <summary>The verb <c>earshot context</c>: which contexts of the <c>nats</c> tool there are, and what is in them except secrets.</summary>
internal static class ContextCommand
{
    internal static Command Create(ToolHost host) => new Verb(
        "context", "Shows the contexts of the nats tool, which --context takes.", "earshot context ls", "earshot context show production")
    {
        CreateList(host), CreateShow(host),
    };

    private static Verb CreateList(ToolHost host)
    {
        var json = new Option<bool>("--json") { Description = "Write one JSON object per context." };
        var command = new Verb("ls", "Lists the contexts; the selected one has a star.", "earshot context ls", "earshot context ls --json") { json };
        command.SetAction(parsed =>
        {
            string? folder = ContextFolder.Of(host);
            Screen screen = host.OpenScreen();
            IReadOnlyList<string> names = ContextFolder.Names(folder);
            int width = names.Select(static name => name.Length).DefaultIfEmpty().Max() + 2;
            int code = ExitCode.Success;
            foreach (string name in names)
            {
                if (TryRead(folder, name, host) is not { } context)
                {
                    code = ExitCode.File;
                    continue;
                }

                if (parsed.GetValue(json))
                {
                    JsonLines.Write(host.Out, ContextAnswer.Of(context, hasValues: false), ContextsJson.Default.ContextAnswer);
                    continue;
                }

                string text = string.Join("  ", new[] { context.Url, context.Description }.OfType<string>().Select(SafeText.Line));
                screen.Line(new Span(context.IsSelected ? "* " : "  ", TextStyle.Good), new Span(SafeText.Line(context.Name).PadRight(width), TextStyle.Heading), new Span(text));
            }

            if (names.Count == 0)
            {
                host.Note(folder is null ? "There are no contexts, because the environment has no home folder." : $"There are no contexts in {folder}.");
            }

            return code;
        });
        return command;
    }

    private static Verb CreateShow(ToolHost host)
    {
        var name = new Argument<string>("name") { Description = "The name of the context." };
        name.CompletionSources.Add(_ => ContextFolder.Names(ContextFolder.Of(host)));
        var json = new Option<bool>("--json") { Description = "Write one JSON object." };
        var command = new Verb("show", "Shows a context; secrets are shown as ***.", "earshot context show production", "earshot context show production --json") { name, json };
        command.SetAction(parsed =>
        {
            StoredContext context = Read(ContextFolder.Of(host), parsed.GetValue(name)!);
            if (parsed.GetValue(json))
            {
                JsonLines.Write(host.Out, ContextAnswer.Of(context, hasValues: true), ContextsJson.Default.ContextAnswer);
                return ExitCode.Success;
            }

            Screen screen = host.OpenScreen();
            screen.Line(new Span(SafeText.Line(context.Name), TextStyle.Heading), new Span(context.IsSelected ? "  (selected)" : "", TextStyle.Quiet));
            int width = context.Values.Select(static pair => pair.Key.Length).DefaultIfEmpty().Max() + 2;
            foreach ((string key, string value) in context.Values)
            {
                screen.Line(new Span("  "), new Span(SafeText.Line(key).PadRight(width), TextStyle.Quiet), new Span(SafeText.Line(value)));
            }

            return ExitCode.Success;
        });
        return command;
    }

    // One that cannot be read does not hide the others.
    private static StoredContext? TryRead(string? folder, string name, ToolHost host)
    {
        try
        {
            return Read(folder, name);
        }
        catch (Exception e) when (e is ToolException or IOException or UnauthorizedAccessException)
        {
            host.Note(e is ToolException ? e.Message : $"The context '{name}' cannot be read: {e.Message}");
            return null;
        }
    }

    private static StoredContext Read(string? folder, string name) => StoredContext.Parse(name, ContextFolder.Selected(folder) == name, ContextFolder.Read(folder, name));
}
