using System.Text.Json.Serialization;

namespace Earshot.ObjectStore.Models;

/// <summary>JSON serialization of the information of objects.</summary>
[JsonSerializable(typeof(ObjectMetadata))]
internal sealed partial class ObjectJson : JsonSerializerContext;
