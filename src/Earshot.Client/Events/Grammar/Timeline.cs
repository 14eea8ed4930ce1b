using System.Globalization;
using System.Text;

namespace Earshot.Events;

/// <summary>
/// Writes events as lines for people, which the grammar can read back: number, time since the start, wall clock, state before and
/// after, session/outage/attempt, kind, message.
/// </summary>
internal static class Timeline
{
    /// <summary>Fields in front of the message, separated by spaces.</summary>
    public const int Fields = 6;
    public const string SubscriptionDrain = "sub";

    public static string Write(IEnumerable<NatsConnectionEvent> events)
    {
        var text = new StringBuilder();
        foreach (NatsConnectionEvent e in events)
        {
            Write(text, e);
        }

        return text.ToString();
    }

    public static void Write(StringBuilder text, NatsConnectionEvent e)
    {
        var line = JournalLine.Of(e);
        string detail = e.Kind == NatsEventKind.EventsMissed ? $"[{line.MissedFrom}]"
            : ReadLedger.Covers(e.Kind) ? $"[{line.Handle}]"
            : line.FirstAttemptId > 0 ? $"[{line.FirstAttemptId}]"
            : line.IsSubscriptionDrain ? $"[{SubscriptionDrain}]" : "";
        text.Append(CultureInfo.InvariantCulture, $"#{e.Sequence:00000} +{e.Elapsed.TotalSeconds:0.000000} {e.Timestamp.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffffZ} ");
        text.Append(CultureInfo.InvariantCulture, $"{e.PreviousState}>{e.State} s{e.SessionId}/o{e.OutageId}/a{e.AttemptId} ");
        text.Append(CultureInfo.InvariantCulture, $"{e.Kind}{detail}: {e.Message}").Append('\n');
    }
}
