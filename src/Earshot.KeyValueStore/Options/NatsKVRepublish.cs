namespace Earshot.KeyValueStore;

/// <summary>Publishes each stored entry again, on another subject.</summary>
public record NatsKVRepublish
{
    /// <summary>The subjects of the entries to publish, with their prefix <c>$KV.bucket.</c>; wildcards are allowed. Null: all entries.</summary>
    public string? Src { get; init; }

    /// <summary>The subject on which the entries are published; a transformation of <see cref="Src"/>.</summary>
    public string? Dest { get; init; }

    /// <summary>Whether only headers are published, without values.</summary>
    public bool HeadersOnly { get; init; }
}
