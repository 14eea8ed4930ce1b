using System.Text.Json;

namespace Earshot.Dashboard.Timeline;

/// <summary>The members of an event as names and values, as the export writes them.</summary>
internal static class EventDetails
{
    private const int Most = 80;

    // What every event has is shown in the row of the event or is not needed.
    private static readonly HashSet<string> s_shown =
        ["kind", "sequence", "timestamp", "elapsed", "category", "severity", "message", "repeatCount", "snapshot"];

    internal static IReadOnlyList<string[]> Of(NatsConnectionEvent e)
    {
        using var stream = new MemoryStream();
        // The stream is in memory, so the write completes synchronously.
        NatsJournalExport.WriteAsync([e], stream).GetAwaiter().GetResult();
        using var json = JsonDocument.Parse(stream.GetBuffer().AsMemory(0, (int)stream.Length));
        var details = new List<string[]>();
        foreach (JsonProperty member in json.RootElement.EnumerateObject())
        {
            if (!s_shown.Contains(member.Name))
            {
                Add(details, member.Name, member.Value);
            }
        }

        return details;
    }

    private static void Add(List<string[]> details, string name, JsonElement value)
    {
        if (details.Count >= Most)
        {
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    Add(details, $"{name}.{member.Name}", member.Value);
                }

                break;
            case JsonValueKind.Array when value.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object or JsonValueKind.Array):
                int index = 0;
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Add(details, $"{name}[{index++}]", item);
                }

                break;
            case JsonValueKind.Array:
                details.Add([PageDataBuilder.Shown(name), PageDataBuilder.Shown(string.Join(", ", value.EnumerateArray().Select(item => item.ToString())))]);
                break;
            default:
                details.Add([PageDataBuilder.Shown(name), PageDataBuilder.Shown(value.ToString())]);
                break;
        }
    }
}
