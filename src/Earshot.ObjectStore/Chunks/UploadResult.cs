namespace Earshot.ObjectStore.Chunks;

/// <summary>What was stored of a put.</summary>
/// <param name="Size">The size of all chunks in bytes.</param>
/// <param name="Chunks">The number of chunks.</param>
/// <param name="Digest">The digest as text.</param>
internal readonly record struct UploadResult(ulong Size, uint Chunks, string Digest);
