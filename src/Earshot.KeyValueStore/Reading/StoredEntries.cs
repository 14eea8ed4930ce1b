using Earshot.JetStream;
using Earshot.KeyValueStore.Entries;

namespace Earshot.KeyValueStore.Reading;

/// <summary>Interprets messages that were read from the leader.</summary>
internal static class StoredEntries
{
    public static NatsKVOperation OperationOf(StoredMessage message) =>
        message.Hdrs is { Length: > 0 } headers ? EntryHeaders.Read(Convert.FromBase64String(headers)).Operation : NatsKVOperation.Put;
}
