using System.Buffers;

namespace Earshot.JetStream.Consuming;

/// <summary>A running read, which the hub of its connection notifies of sessions and of the end of the connection.</summary>
internal interface IConnectedRead
{
    /// <summary>Writes what must be written before the first PING of a session. Called under the outbound lock.</summary>
    void WriteAtStartLocked(IBufferWriter<byte> writer);

    void SessionLost();

    /// <summary>Processes the rejection of a subscription or a publish of the connection, including those of other parts.</summary>
    void Refused(NatsServerError error, Exception exception)
    {
    }

    void ConnectionEnded(Exception exception);

    /// <summary>Requests no more messages. Completes when the application has processed all received ones; the caller limits the time.</summary>
    Task DrainAsync();
}
