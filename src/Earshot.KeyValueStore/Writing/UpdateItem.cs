using Earshot.JetStream;

namespace Earshot.KeyValueStore.Writing;

/// <summary>One message of an atomic update.</summary>
/// <param name="Key">The key that is changed.</param>
/// <param name="MsgId">The message id, which all attempts use.</param>
internal sealed record UpdateItem(string Key, string MsgId)
{
    public ReadOnlyMemory<byte> Payload { get; init; }

    public NatsHeaders? Headers { get; init; }

    /// <summary>The expected last revision. Null: no condition. Of a key that must not exist, the revision of its deletion once that is known.</summary>
    public ulong? Expected { get; set; }

    public bool MustNotExist { get; init; }

    public TimeSpan Ttl { get; init; }

    public NatsJSBatchMsgOpts Opts => new()
    {
        MsgId = MsgId,
        ExpectedLastSubjectSequence = Expected,
        Ttl = Ttl == TimeSpan.Zero ? null : Ttl,
    };
}
