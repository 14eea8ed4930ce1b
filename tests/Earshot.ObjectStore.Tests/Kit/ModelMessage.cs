namespace Earshot.ObjectStore.Tests.Kit;

/// <summary>A message that a model stores.</summary>
internal sealed record ModelMessage(ulong Sequence, string Subject, string? Id, byte[] Data)
{
    public bool IsChunk => Subject.StartsWith($"$O.{ModelBucket.Name}.C.", StringComparison.Ordinal);
}
