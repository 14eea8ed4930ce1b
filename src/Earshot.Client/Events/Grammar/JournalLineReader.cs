using System.Globalization;
using System.Text.Json;

namespace Earshot.Events;

/// <summary>Reads one line of an exported journal, JSON or timeline, as far as the grammar needs it.</summary>
internal static class JournalLineReader
{
    public delegate bool Parse(string text, out JournalLine line);

    public static bool TryReadJson(string text, out JournalLine line)
    {
        line = default;
        try
        {
            using var document = JsonDocument.Parse(text);
            JsonElement json = document.RootElement;
            if (json.ValueKind != JsonValueKind.Object || !Enum.TryParse<NatsEventKind>(Text(json, "kind"), out NatsEventKind kind))
            {
                return false;
            }

            line = new JournalLine
            {
                Kind = kind,
                Sequence = Number(json, "sequence"),
                PreviousState = Enum.Parse<NatsConnectionState>(Text(json, "previousState") ?? ""),
                State = Enum.Parse<NatsConnectionState>(Text(json, "state") ?? ""),
                SessionId = (int)Number(json, "sessionId"),
                OutageId = (int)Number(json, "outageId"),
                AttemptId = (int)Number(json, "attemptId"),
                MissedFrom = kind == NatsEventKind.EventsMissed ? Number(json, "fromSequence") : 0,
                FirstAttemptId = (int)Number(json, "firstAttemptId"),
                IsSubscriptionDrain = Text(json, "scope") == nameof(NatsDrainScope.Subscription),
            };
            return true;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Reads what <see cref="Timeline"/> writes.</summary>
    public static bool TryReadTimeline(string text, out JournalLine line)
    {
        line = default;
        string[] fields = text.Split(' ', Timeline.Fields + 1, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < Timeline.Fields)
        {
            return false;
        }

        string[] states = fields[3].Split('>');
        string[] ids = fields[4].Split('/');
        if (states.Length != 2 || ids.Length != 3
            || !long.TryParse(fields[0].AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out long sequence)
            || !Enum.TryParse<NatsConnectionState>(states[0], out NatsConnectionState previous)
            || !Enum.TryParse<NatsConnectionState>(states[1], out NatsConnectionState state)
            || !TryReadId(ids[0], 's', out int session) || !TryReadId(ids[1], 'o', out int outage) || !TryReadId(ids[2], 'a', out int attempt))
        {
            return false;
        }

        // "Kind:", or "Kind[detail]:" where the grammar needs more than the kind.
        string[] name = fields[5].TrimEnd(':').Split('[', ']');
        if (!Enum.TryParse<NatsEventKind>(name[0], out NatsEventKind kind))
        {
            return false;
        }

        string detail = name.Length > 1 ? name[1] : "";
        long from = 0;
        if (kind == NatsEventKind.EventsMissed && !long.TryParse(detail, NumberStyles.None, CultureInfo.InvariantCulture, out from))
        {
            return false;
        }

        int first = 0;
        if (kind == NatsEventKind.ConnectAttemptFailed && detail.Length > 0
            && !int.TryParse(detail, NumberStyles.None, CultureInfo.InvariantCulture, out first))
        {
            return false;
        }

        line = new JournalLine
        {
            Kind = kind,
            Sequence = sequence,
            PreviousState = previous,
            State = state,
            SessionId = session,
            OutageId = outage,
            AttemptId = attempt,
            MissedFrom = from,
            FirstAttemptId = first,
            IsSubscriptionDrain = detail == Timeline.SubscriptionDrain,
        };
        return true;
    }

    private static bool TryReadId(string text, char prefix, out int id)
    {
        id = 0;
        return text.StartsWith(prefix) && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out id);
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long Number(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetInt64() : 0;
}
