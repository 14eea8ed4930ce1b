using System.Text.Json;
using Earshot.JetStream.Publishing;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Batches;

/// <summary>The reply subjects of fast batches, and the answers to them (ADR-50).</summary>
internal static class FastAnswer
{
    public const int Start = 0;
    public const int Add = 1;
    public const int Commit = 2;
    public const int End = 3;
    public const int Ping = 4;

    /// <summary>Returns the input of an answer, and the final ack if it is one; null when it is of another batch or cannot be read.</summary>
    public static (FastInput Input, PubAckResponse? Ack)? Read(in BatchSignal signal, string batch, TimeSpan now)
    {
        if (!signal.Token.StartsWith(batch, StringComparison.Ordinal) || signal.Token.Length <= batch.Length || signal.Token[batch.Length] != '.')
        {
            return null;
        }

        if (signal.Kind == BatchSignalKind.NoResponders)
        {
            return (new FastInput(FastInputKind.NoResponders, now), null);
        }

        try
        {
            return Read(signal.Payload, now);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static (FastInput Input, PubAckResponse? Ack)? Read(byte[] payload, TimeSpan now)
    {
        using var json = JsonDocument.Parse(payload);
        JsonElement root = json.RootElement;
        if (!root.TryGetProperty("type", out JsonElement type))
        {
            if (PubAckReader.ReadJson(payload) is not { } ack)
            {
                return null;
            }

            FastInputKind kind = ack.Error is not null ? FastInputKind.Refused : ack.Batch is not null ? FastInputKind.Ended : FastInputKind.StoredAlone;
            return (new FastInput(kind, now) { Sequence = ack.Count, Error = ack.Error }, ack);
        }

        long sequence = Number(root, "seq");
        return type.GetString() switch
        {
            "ack" => (new FastInput(FastInputKind.Ack, now) { Sequence = sequence, Flow = (int)Math.Min(Number(root, "msgs"), int.MaxValue / 1024) }, null),
            "gap" => (new FastInput(FastInputKind.Gap, now) { Sequence = sequence, Expected = Number(root, "last_seq") }, null),
            "err" => (new FastInput(FastInputKind.MessageRefused, now) { Sequence = sequence, Error = root.GetProperty("error").Deserialize(ModelJson.Default.ApiError) }, null),
            _ => null,
        };
    }

    private static long Number(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) ? value.GetInt64() : 0;
}
