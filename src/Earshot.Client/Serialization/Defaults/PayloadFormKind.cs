using Earshot.Protocol;

namespace Earshot.Serialization;

/// <summary>The forms of payload that the hot path recognises without asking a serializer.</summary>
[ForExtensions]
internal enum PayloadFormKind
{
    Serializer = 0,
    ByteArray,
    Memory,
    ReadOnlyMemory,
    Sequence,
    MemoryOwner,
    AnyMemoryOwner,
    String,
}
