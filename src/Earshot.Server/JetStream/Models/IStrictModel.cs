using System.Text.Json;

namespace Earshot.Server.JetStream;

/// <summary>A request whose unknown fields are refused by name.</summary>
internal interface IStrictModel
{
    /// <summary>The fields that are unknown.</summary>
    Dictionary<string, JsonElement>? Extra { get; }

    /// <summary>The objects in it.</summary>
    IReadOnlyList<IStrictModel> Parts => [];
}
