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
        JsonSerializer.Serialize(json, consumer.Config with { Metadata = account.WithVersion(consumer.Config.Metadata, consumer.Config.RequiredLevel, isListed) }, ConsumerJson.Default.ConsumerConfig);
        ConsumerPosition position = consumer.Position;
        // While it has no state to keep, a consumer in memory shows where its search has arrived.
        bool isSearching = position is { DeliveredConsumer: 0, DeliveredStream: 0 } && (consumer.Config.MemStorage || !consumer.Stream.Config.IsFile);
        ulong delivered = isSearching ? consumer.Cursor.Floor : position.DeliveredStream;
        WritePosition(json, "delivered", position.DeliveredConsumer, delivered, position.LastDelivered);
        WritePosition(json, "ack_floor", position.FloorConsumer, position.FloorStream, position.LastAck);
        json.WriteNumber("num_ack_pending", consumer.Pending.Count);
        json.WriteNumber("num_redelivered", consumer.Pending.Redelivered);
        consumer.Waiting.RemoveUnheard();
        json.WriteNumber("num_waiting", consumer.Waiting.Count);
        json.WriteNumber("num_pending", consumer.Cursor.Pending);
        if (consumer.Push?.IsBound == true)
        {
            json.WriteBoolean("push_bound", true);
        }

        if (consumer.PausedUntil is { } until)
        {
            json.WriteBoolean("paused", true);
            json.WriteNumber("pause_remaining", (until - account.Now).Ticks * 100);
        }

        json.WriteString("ts", GoTime.Format(account.Now));
        WriteGroup(json, consumer);
    }

    // There is one pin for all groups, which a server shows with the first one.
    private static void WriteGroup(Utf8JsonWriter json, ConsumerState consumer)
    {
        if (consumer.Config.PriorityGroups is not { Count: > 0 } groups)
        {
            return;
        }

        PinnedClient pinned = consumer.Waiting.Pinned;
        json.WriteStartArray("priority_groups");
        json.WriteStartObject();
        json.WriteString("group", groups[0]);
        if (pinned.Id is { } id)
        {
            json.WriteString("pinned_client_id", id);
        }

        json.WriteString("pinned_ts", GoTime.Format(pinned.Since));
        json.WriteEndObject();
        json.WriteEndArray();
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
