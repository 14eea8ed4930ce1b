namespace Earshot.LoadTest.Workloads;

/// <summary>What a publisher passes to its client.</summary>
internal enum PublishForm
{
    /// <summary>A subject and a <c>byte[]</c>.</summary>
    Bytes,

    /// <summary>A subject and a <c>ReadOnlyMemory&lt;byte&gt;</c>.</summary>
    Memory,

    /// <summary>A subject and a <c>ReadOnlySequence&lt;byte&gt;</c> of one segment.</summary>
    Sequence,

    /// <summary>A subject and a <c>string</c>.</summary>
    Text,

    /// <summary>A <c>byte[]</c>, each with the next of <see cref="PublishInput.Subjects"/>.</summary>
    Subjects,

    /// <summary>A <c>byte[]</c> and one header.</summary>
    Headers,

    /// <summary>A <c>byte[]</c> and a reply subject.</summary>
    ReplyTo,
}
