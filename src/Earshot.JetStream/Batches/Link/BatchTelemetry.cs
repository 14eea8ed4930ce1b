using Earshot.Connections;
using Earshot.JetStream.Publishing;

namespace Earshot.JetStream.Batches;

/// <summary>
/// Traces and measures the messages of batches, while something listens. The operation of a message ends with the call that adds it: only
/// that of the last message, which commits the batch, ends with an outcome.
/// </summary>
internal static class BatchTelemetry
{
    /// <summary>Adds a message to a batch as an operation of its own.</summary>
    public static async ValueTask AddAsync(PublishMessage message, Func<PublishMessage, ValueTask> add)
    {
        SendOperation operation = PublishTelemetry.Begin(ref message);
        try
        {
            await add(message).ConfigureAwait(false);
            PublishTelemetry.EndAdded(operation);
        }
        catch (Exception e)
        {
            PublishTelemetry.End(operation, e);
            throw;
        }
    }

    /// <summary>Commits a batch with its last message as an operation of its own.</summary>
    public static async ValueTask<NatsJSBatchAck> CommitAsync(PublishMessage message, Func<PublishMessage, ValueTask<NatsJSBatchAck>> commit)
    {
        SendOperation operation = PublishTelemetry.Begin(ref message);
        try
        {
            NatsJSBatchAck ack = await commit(message).ConfigureAwait(false);
            PublishTelemetry.EndStored(operation, ack.Stream);
            return ack;
        }
        catch (Exception e)
        {
            PublishTelemetry.End(operation, e);
            throw;
        }
    }
}
