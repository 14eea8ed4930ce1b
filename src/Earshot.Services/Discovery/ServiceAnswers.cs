using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Earshot.Services.Discovery;

/// <summary>
/// Reads the answers of services. Any client may answer: an answer of another type, or without the name or the id of an instance, is not
/// one of a service, and what else is missing is empty instead of null.
/// </summary>
internal static class ServiceAnswers
{
    /// <summary>Reads an answer; null: it is not one of a service.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="type">The type of the answer.</param>
    /// <param name="json">How to read it.</param>
    /// <param name="complete">Replaces what is null, and returns whether name and id are there.</param>
    public static TResponse? Read<TResponse>(byte[]? payload, string type, JsonTypeInfo<TResponse> json, Func<TResponse, bool> complete)
        where TResponse : class
    {
        try
        {
            using var document = JsonDocument.Parse(payload ?? []);
            bool isExpected = document.RootElement is { ValueKind: JsonValueKind.Object } answer
                && answer.TryGetProperty("type", out JsonElement found) && found.ValueKind == JsonValueKind.String && found.ValueEquals(type);
            return isExpected && document.RootElement.Deserialize(json) is { } response && complete(response) ? response : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // not JSON, or text that is not UTF-8
        }
    }

    public static bool Complete(PingResponse answer)
    {
        (answer.Version, answer.Metadata) = (answer.Version ?? "", WithoutNull(answer.Metadata));
        return IsInstance(answer.Name, answer.Id);
    }

    public static bool Complete(InfoResponse answer)
    {
        (answer.Version, answer.Metadata, answer.Description) = (answer.Version ?? "", WithoutNull(answer.Metadata), answer.Description ?? "");
        answer.Endpoints = WithoutNull(answer.Endpoints);
        foreach (EndpointInfo endpoint in answer.Endpoints)
        {
            (endpoint.Name, endpoint.Subject, endpoint.QueueGroup) = (endpoint.Name ?? "", endpoint.Subject ?? "", endpoint.QueueGroup ?? "");
            endpoint.Metadata = WithoutNull(endpoint.Metadata);
        }

        return IsInstance(answer.Name, answer.Id);
    }

    public static bool Complete(StatsResponse answer)
    {
        (answer.Version, answer.Metadata, answer.Started) = (answer.Version ?? "", WithoutNull(answer.Metadata), answer.Started ?? "");
        answer.Endpoints = WithoutNull(answer.Endpoints);
        foreach (EndpointStats endpoint in answer.Endpoints)
        {
            (endpoint.Name, endpoint.Subject, endpoint.QueueGroup) = (endpoint.Name ?? "", endpoint.Subject ?? "", endpoint.QueueGroup ?? "");
            endpoint.LastError ??= "";
        }

        return IsInstance(answer.Name, answer.Id);
    }

    private static bool IsInstance([NotNullWhen(true)] string? name, [NotNullWhen(true)] string? id) => !string.IsNullOrEmpty(name) && !string.IsNullOrEmpty(id);

    private static IDictionary<string, string> WithoutNull(IDictionary<string, string>? metadata) =>
        metadata is null ? new Dictionary<string, string>() : metadata.Values.Contains(null!) ? metadata.Where(pair => pair.Value is not null).ToDictionary() : metadata;

    private static ICollection<T> WithoutNull<T>(ICollection<T>? endpoints)
        where T : class =>
        endpoints is null ? [] : endpoints.Contains(null!) ? [.. endpoints.Where(endpoint => endpoint is not null)] : endpoints;
}
