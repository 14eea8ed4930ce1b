using System.Text;
using Earshot.JetStream;
using Earshot.KeyValueStore.Entries;

namespace Earshot.KeyValueStore.Reading;

/// <summary>Interprets messages that were read from the leader.</summary>
internal static class StoredEntries
{
    public static NatsKVOperation OperationOf(StoredMessage message) =>
        message.Hdrs is { Length: > 0 } headers ? EntryHeaders.Read(Convert.FromBase64String(headers)).Operation : NatsKVOperation.Put;

    /// <summary>Returns the message id with which the entry was written; null when it had none.</summary>
    public static string? MsgIdOf(StoredMessage message) =>
        message.Hdrs is { Length: > 0 } headers && EntryHeaders.Read(Convert.FromBase64String(headers)).MsgId is { IsEmpty: false } id ? Encoding.UTF8.GetString(id) : null;
}
