using System.Globalization;

namespace Earshot.Dashboard.Feeds;

/// <summary>What a viewer has received: the value of <c>id</c> and <c>Last-Event-ID</c> of its stream.</summary>
/// <param name="Run">Identifies the feeds of one process: numbers of another one mean nothing here.</param>
/// <param name="Event">The number of the last event.</param>
/// <param name="Tracks">The number of connections.</param>
internal readonly record struct ViewerPosition(long Run, long Event, int Tracks)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Run}-{Event}-{Tracks}");

    /// <summary>Reads a position; null for everything else.</summary>
    internal static ViewerPosition? Parse(string? text)
    {
        string[] parts = text?.Length <= 64 ? text.Split('-') : [];
        return parts.Length == 3
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long run)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long e)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int tracks)
                ? new ViewerPosition(run, e, tracks)
                : null;
    }
}
