using Earshot.Cli.Output;
using Earshot.Dashboard.Timeline;

namespace Earshot.Cli.Journals;

/// <summary>The text form of a timeline: the lines of <see cref="NatsJournalExport.ToTimeline"/>, and the connection in front where there are several.</summary>
internal static class TimelineText
{
    internal static void Write(TimelineModel model, TextWriter output)
    {
        int width = model.Tracks.Max(track => track.Name.Length);
        foreach ((Track track, TimedEvent timed) in model.Events)
        {
            string line = SafeText.Line(NatsJournalExport.ToTimeline([timed.Event]).TrimEnd('\n'));
            output.WriteLine(model.Tracks.Count == 1 ? line : $"{track.Name.PadRight(width)}  {line}");
        }
    }
}
