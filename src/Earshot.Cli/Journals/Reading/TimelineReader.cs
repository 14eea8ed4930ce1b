using Earshot.Dashboard.Timeline;

namespace Earshot.Cli.Journals;

/// <summary>Reads from the events of journals what their connections went through.</summary>
internal static class TimelineReader
{
    /// <summary>Returns connections on one time axis.</summary>
    /// <param name="journals">At least one, each with at least one event.</param>
    internal static TimelineModel Read(IEnumerable<RecordedJournal> journals) => new([.. journals.Select(journal => TrackReader.Read(journal.Name, journal.Events))]);
}
