using System.Globalization;
using Earshot.Cli.Shell;
using Earshot.Dashboard.Timeline;

namespace Earshot.Cli.Journals;

/// <summary>Writes the page of a timeline to a file.</summary>
internal static class PageFile
{
    /// <summary>Replaces the file, and notes on the standard error what it contains.</summary>
    /// <exception cref="ToolException">The file cannot be written.</exception>
    internal static async Task WriteAsync(TimelineModel model, string path, TextWriter notes, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(path, TimelinePage.Write(model), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ToolException(ExitCode.File, $"{path} cannot be written: {e.Message}", e);
        }

        string contents = string.Create(
            CultureInfo.InvariantCulture,
            $"connections {model.Tracks.Count}, events {model.Tracks.Sum(track => track.Events.Count)}, outages {model.Outages.Count}");
        await notes.WriteLineAsync($"{path} is written: {contents}").ConfigureAwait(false);
    }
}
