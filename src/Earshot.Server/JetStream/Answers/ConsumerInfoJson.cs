using System.Text.Json;

namespace Earshot.Server.JetStream;

/// <summary>Writes the info of a consumer.</summary>
internal static class ConsumerInfoJson
{
    public static void Write(Utf8JsonWriter json, JetStreamAccount account, ConsumerState consumer, bool isListed = false)
    {
        json.WriteString("stream_name", consumer.Stream.Name);
        json.WriteString("name", consumer.Name);
        json.WriteString("created", GoTime.Format(consumer.Created));
        json.WritePropertyName("config");
        JsonSerializer.Serialize(json, consumer.Config with { Metadata = account.WithVersion(consumer.Config.Metadata, consumer.Config.PauseUntil is null ? 0 : 1, isListed) }, ConsumerJson.Default.ConsumerConfig);
        ConsumerPosition position = consumer.Position;
        WritePosition(json, "delivered", position.DeliveredConsumer, position.DeliveredStream, position.LastDelivered);
        WritePosition(json, "ack_floor", position.FloorConsumer, position.FloorStream, position.LastAck);
        json.WriteNumber("num_ack_pending", consumer.Pending.Count);
        json.WriteNumber("num_redelivered", consumer.Pending.Redelivered);
        consumer.Waiting.RemoveUnheard();
        json.WriteNumber("num_waiting", consumer.Waiting.Count);
        json.WriteNumber("num_pending", consumer.Cursor.Pending);
        if (consumer.PausedUntil is { } until)
        {
            json.WriteBoolean("paused", true);
            json.WriteNumber("pause_remaining", (until - account.Now).Ticks * 100);
        }

        json.WriteString("ts", GoTime.Format(account.Now));
    }

    private static void WritePosition(Utf8JsonWriter json, string name, ulong consumer, ulong stream, DateTimeOffset last)
    {
        json.WriteStartObject(name);
        json.WriteNumber("consumer_seq", consumer);
        json.WriteNumber("stream_seq", stream);
        if (last != default)
        {
            json.WriteString("last_active", GoTime.Format(last));
        }

        json.WriteEndObject();
    }
}
