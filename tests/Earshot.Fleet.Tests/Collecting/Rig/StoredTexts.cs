using System.Text;
using Earshot.JetStream;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>Reads all messages of a stream by direct get.</summary>
internal static class StoredTexts
{
    internal static async Task<IReadOnlyList<string>> ReadAsync(INatsJSContext context, string stream, CancellationToken cancellationToken)
    {
        var texts = new List<string>();
        ulong next = 1;
        bool hasMore = true;
        while (hasMore)
        {
            hasMore = false;
            await foreach (NatsMsg<byte[]> message in context.GetBatchDirectAsync(
                stream, new StreamMsgBatchGetRequest { Batch = 1000, Seq = next }, NatsRawSerializer<byte[]>.Default, end => (hasMore, next) = (end.NumPending > 0, end.LastSequence + 1), cancellationToken))
            {
                texts.Add(Encoding.UTF8.GetString(message.Data!));
            }
        }

        return texts;
    }
}
