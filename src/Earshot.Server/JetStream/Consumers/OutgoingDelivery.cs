using System.Globalization;
using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>One delivery as it is sent, to whatever subject.</summary>
/// <param name="Message">The message, whose subject is kept.</param>
/// <param name="Reply">The subject of its ack.</param>
/// <param name="Headers">The headers that are sent.</param>
/// <param name="Payload">The payload that is sent.</param>
internal readonly record struct OutgoingDelivery(StoredMessage Message, byte[] Reply, byte[] Headers, byte[] Payload)
{
    /// <summary>The size that the byte limit of a pull request counts.</summary>
    public int Size => Message.Subject.Length + Reply.Length + Headers.Length + Payload.Length;

    public static OutgoingDelivery Of(ConsumerConfig config, byte[] ackPrefix, in Delivery delivery, ulong pending)
    {
        StoredMessage message = delivery.Message;
        byte[] reply = AckSubject.Format(ackPrefix, delivery, pending);
        return config.HeadersOnly
            ? new OutgoingDelivery(message, reply, HeaderBlock.Add(message.Headers, "Nats-Msg-Size"u8, Encoding.ASCII.GetBytes(message.Payload.Length.ToString(CultureInfo.InvariantCulture))), [])
            : new OutgoingDelivery(message, reply, message.Headers, message.Payload);
    }

    /// <summary>The size that flow control counts, with the subject that it is sent to.</summary>
    public int SizeTo(byte[] subject) => subject.Length + Reply.Length + Headers.Length + Payload.Length;

    /// <summary>The same with the id of the pinned client; a header of this name that the message has stays.</summary>
    public OutgoingDelivery WithPin(string? id) => this with { Headers = HeaderBlock.Add(Headers, "Nats-Pin-Id"u8, Encoding.ASCII.GetBytes(id ?? "")) };

    public void Send(IJetStreamOutput output, byte[] to) => output.Deliver(to, Message.Subject, Reply, Headers, Payload);
}
