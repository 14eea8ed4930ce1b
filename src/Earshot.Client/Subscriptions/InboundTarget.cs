using System.Buffers;
using System.Text;
using Earshot.Messages;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>What a sid stands for: a subscription of the application, or the inbox of its requests.</summary>
internal abstract class InboundTarget(string subject, string? queueGroup)
{
    private SubjectCache? _subjects; // read loop only; a literal subject never needs it

    /// <summary>Set by the table, once.</summary>
    public long SidNumber { get; internal set; }

    public string Subject { get; } = subject;

    public string? QueueGroup { get; } = queueGroup;

    /// <summary>Messages still to come from the server before it ends the subscription by itself; 0 = no limit.</summary>
    public abstract long RemainingMessages { get; }

    /// <summary>False once the server was told to send no more; such a target is not replayed.</summary>
    public abstract bool IsWanted { get; }

    /// <summary>Takes one message; on the read loop, so it must not wait and must not run user code.</summary>
    public abstract void Receive(in ServerOperation operation, InboundBatch batch);

    /// <summary>The connection, or the server's refusal, ends it.</summary>
    public abstract void End(NatsSubEndReason reason, Exception? exception);

    /// <summary>Copies a message out of the receive buffer. <paramref name="exact"/>: the payload array goes to the user as it is.</summary>
    protected InboundMessage Copy(in ServerOperation operation, bool exact)
    {
        int headers = operation.Headers.Length;
        int payload = operation.Payload.Length;
        int total = headers + payload;
        bool isPooled = total > 0 && !(exact && headers == 0);
        byte[] buffer = total == 0 ? [] : isPooled ? ArrayPool<byte>.Shared.Rent(total) : GC.AllocateUninitializedArray<byte>(total);
        operation.Headers.CopyTo(buffer);
        operation.Payload.CopyTo(buffer.AsSpan(headers));
        string? replyTo = operation.ReplyTo.IsEmpty ? null : Encoding.UTF8.GetString(operation.ReplyTo);
        return new InboundMessage(SubjectOf(operation.Subject), replyTo, buffer, headers, payload, isPooled);
    }

    private string SubjectOf(ReadOnlySpan<byte> subject) =>
        Ascii.Equals(subject, Subject) ? Subject : (_subjects ??= new SubjectCache()).Get(subject);
}
