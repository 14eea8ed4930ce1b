namespace Earshot.Connections;

/// <summary>What a requester wants of its reply.</summary>
internal readonly record struct ReplyOptions<T>(MessageSource Source, INatsDeserialize<T> Deserializer, bool ThrowsNoResponders);
