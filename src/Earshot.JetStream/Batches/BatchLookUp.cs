using Earshot.JetStream.Publishing;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Batches;

/// <summary>Finds out whether the stream has stored the last message of a batch.</summary>
internal static class BatchLookUp
{
    /// <summary>Reads the last message of the subject from the leader. Does not throw: a failed request is a result.</summary>
    /// <returns>The input for the machine, with the ack of the batch if it is stored, or the exception of the request.</returns>
    public static async ValueTask<(BatchInputKind Kind, PubAckResponse? Ack, Exception? Cause)> FindAsync(
        ContextParts parts, string stream, PublishMessage last, CancellationToken cancellationToken)
    {
        try
        {
            StreamMsgGetResponse found = await new StreamCalls(parts).MessageAsync(stream, new StreamMsgGetRequest { LastBySubj = last.Subject }, cancellationToken).ConfigureAwait(false);
            return StoredHeaders.LastValue(found.Message, PublishLines.MsgId) == last.MsgId
                ? (BatchInputKind.FoundOurs, new PubAckResponse { Stream = stream, Seq = found.Message.Seq }, null)
                : (BatchInputKind.FoundAnother, null, null);
        }
        catch (NatsJSApiException e) when (e.Is(NatsJSErrorCode.MessageNotFound))
        {
            return (BatchInputKind.FoundAnother, null, null);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            return (cancellationToken.IsCancellationRequested ? BatchInputKind.Cancelled : BatchInputKind.NotFoundOut, null, e);
        }
    }
}
