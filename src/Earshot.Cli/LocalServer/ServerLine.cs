using System.Text.Json.Serialization;

namespace Earshot.Cli.LocalServer;

/// <summary>A line of the output of <c>earshot server</c>.</summary>
/// <param name="Type"><c>server</c>: it accepts clients; <c>action</c>: something was done to it; <c>client</c>: a client came or left.</param>
/// <param name="Server">The name of the server.</param>
internal sealed record ServerLine([property: JsonPropertyOrder(-2)] string Type, [property: JsonPropertyOrder(-1)] string Server)
{
    /// <summary>The URL for clients.</summary>
    public string? Url { get; init; }

    /// <summary>The name of the action.</summary>
    public string? Action { get; init; }

    /// <summary>What has happened, for people.</summary>
    public string? Text { get; init; }
}
