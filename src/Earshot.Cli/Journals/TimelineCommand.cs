using System.CommandLine;
using Earshot.Cli.Shell;
using Earshot.Dashboard.Timeline;

namespace Earshot.Cli.Journals;

/// <summary>The verb <c>earshot timeline</c>: recorded journals on one time axis, as text, as JSON or as an HTML page.</summary>
internal static class TimelineCommand
{
    private const string Description =
        """
        Shows recorded journals on one time axis: as lines of text, or as one HTML page with a picture of all connections, their
        outages and what they cost, and the events. The page is one file that loads nothing from elsewhere.
        """;

    internal static Command Create(ToolHost host)
    {
        var files = new Argument<string[]>("file")
        {
            Description = "Journals as JSON lines, one for each connection; - for the standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        var html = new Option<string?>("--html") { Description = "Write one HTML page to this file.", HelpName = "OUT" };
        var json = new Option<bool>("--json") { Description = "Write connections and outages as JSON lines." };
        var command = new Verb(
            "timeline",
            Description,
            "earshot timeline orders.jsonl",
            "earshot timeline node-*.jsonl --html restart.html",
            "earshot demo --fast --json | earshot timeline - --html demo.html",
            "earshot timeline orders.jsonl --json | grep '\"outage\"'")
        { files, html, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] paths = parsed.GetValue(files)!;
            string? page = parsed.GetValue(html);
            if (page is not null && paths.Any(path => path != JournalText.StandardInput && WithoutLinks(path) == WithoutLinks(page)))
            {
                throw new ToolException(ExitCode.Usage, "--html names a journal that is read; it would be overwritten.");
            }

            IReadOnlyList<RecordedJournal> journals = await JournalReader.ReadAsync(paths, host, cancellationToken).ConfigureAwait(false);
            TimelineModel model = TimelineReader.Read(journals);
            if (page is not null)
            {
                await PageFile.WriteAsync(model, page, host.Error, cancellationToken).ConfigureAwait(false);
            }

            if (parsed.GetValue(json))
            {
                TimelineAnswer.Write(model, host.Out);
            }
            else if (page is null)
            {
                TimelineText.Write(model, host.Out);
            }

            return ExitCode.Success;
        });
        return command;
    }

    // The path of what is written or read, so that two names of one file are the same.
    private static string WithoutLinks(string path)
    {
        string full = Path.GetFullPath(path);
        string target = Path.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
        return Path.GetDirectoryName(target) is { } folder ? Path.Combine(WithoutLinks(folder), Path.GetFileName(target)) : target;
    }
}
