using System.Text.Json.Serialization;

namespace Earshot.PublishedApp;

/// <summary>Source-generated JSON metadata: the form that trimmed and AOT-compiled applications need.</summary>
[JsonSerializable(typeof(Order))]
internal sealed partial class OrderJson : JsonSerializerContext;
