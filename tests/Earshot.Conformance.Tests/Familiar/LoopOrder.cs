namespace Earshot.Conformance.Tests.Familiar;

/// <summary>What the programs of this folder send each other.</summary>
public sealed record LoopOrder(int OrderId, string? Note = null);
