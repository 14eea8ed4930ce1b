using System.Text.Json.Serialization;

namespace Earshot.Services.Models;

/// <summary>JSON serialization of the answers.</summary>
[JsonSerializable(typeof(PingResponse))]
[JsonSerializable(typeof(InfoResponse))]
[JsonSerializable(typeof(StatsResponse))]
internal sealed partial class ServiceJson : JsonSerializerContext;
