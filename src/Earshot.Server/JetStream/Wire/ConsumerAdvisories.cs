using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Earshot.Server.JetStream;

/// <summary>Sends the advisories of one consumer, if there is a subscription to them.</summary>
internal sealed class ConsumerAdvisories(IJetStreamOutput output, string stream, string consumer, Func<DateTimeOffset> clock)
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Created() => Send("CREATED", "consumer_action", json => json.WriteString("action", "create"));

    public void Deleted() => Send("DELETED", "consumer_action", json => json.WriteString("action", "delete"));

    public void Paused(DateTimeOffset until, bool isPaused) => Send("PAUSE", "consumer_pause", json =>
    {
        json.WriteString("pause_until", GoTime.Format(until));
        json.WriteBoolean("paused", isPaused);
    });

    public void Pinned(string group, string id) => Send("PINNED", "consumer_group_pinned", json =>
    {
        json.WriteString("account", output.Account);
        json.WriteString("group", group);
        json.WriteString("pinned_id", id);
    });

    /// <param name="group">The priority group.</param>
    /// <param name="reason"><c>admin</c> or <c>timeout</c>.</param>
    public void Unpinned(string group, string reason) => Send("UNPINNED", "consumer_group_unpinned", json =>
    {
        json.WriteString("account", output.Account);
        json.WriteString("group", group);
        json.WriteString("reason", reason);
    });

    public void MaxDeliveries(ulong sequence, ulong deliveries) => Send("MAX_DELIVERIES", "max_deliver", json =>
    {
        json.WriteNumber("stream_seq", sequence);
        json.WriteNumber("deliveries", deliveries);
    });

    public void Naked(ulong consumerSequence, ulong sequence, ulong deliveries) =>
        Send("MSG_NAKED", "nak", json => WriteAck(json, consumerSequence, sequence, deliveries));

    public void Terminated(ulong consumerSequence, ulong sequence, ulong deliveries, string reason) => Send("MSG_TERMINATED", "terminated", json =>
    {
        WriteAck(json, consumerSequence, sequence, deliveries);
        if (reason.Length > 0)
        {
            json.WriteString("reason", reason);
        }
    });

    private static void WriteAck(Utf8JsonWriter json, ulong consumerSequence, ulong sequence, ulong deliveries)
    {
        json.WriteNumber("consumer_seq", consumerSequence);
        json.WriteNumber("stream_seq", sequence);
        json.WriteNumber("deliveries", deliveries);
    }

    private void Send(string kind, string type, Action<Utf8JsonWriter> write)
    {
        byte[] subject = Encoding.UTF8.GetBytes($"$JS.EVENT.ADVISORY.CONSUMER.{kind}.{stream}.{consumer}");
        if (!output.HasInterest(subject))
        {
            return;
        }

        var bytes = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes, s_options))
        {
            json.WriteStartObject();
            json.WriteString("type", $"io.nats.jetstream.advisory.v1.{type}");
            json.WriteString("id", Nuid.NewNuid());
            json.WriteString("timestamp", GoTime.Format(clock()));
            json.WriteString("stream", stream);
            json.WriteString("consumer", consumer);
            write(json);
            json.WriteEndObject();
        }

        output.Send(subject, [], bytes.WrittenSpan);
    }
}
