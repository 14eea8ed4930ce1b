using Earshot.Cli.Output;
using Earshot.Dashboard.Timeline;

namespace Earshot.Cli.Journals;

/// <summary>The JSON form of a timeline: a line for each connection and a line for each outage.</summary>
internal static class TimelineAnswer
{
    internal static void Write(TimelineModel model, TextWriter output)
    {
        foreach (Track track in model.Tracks)
        {
            JsonLines.Write(output, new ConnectionAnswer(track.Name, track.From.UtcDateTime, track.To.UtcDateTime, track.Events.Count, track.Outages.Count)
            {
                Downtime = new TimeSpan(track.Outages.Sum(outage => (outage.Duration ?? TimeSpan.Zero).Ticks)).TotalSeconds,
                State = track.Periods[^1].State.ToString(),
            }, JournalsJson.Default.ConnectionAnswer);
        }

        foreach ((Track track, Outage outage) in model.Outages)
        {
            JsonLines.Write(output, new OutageAnswer(track.Name, outage), JournalsJson.Default.OutageAnswer);
        }
    }
}
