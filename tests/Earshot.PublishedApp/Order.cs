namespace Earshot.PublishedApp;

/// <summary>A payload that is serialized as JSON.</summary>
internal sealed record Order(int Number, string Article);
