using System.Globalization;
using System.Text.Json;

namespace Earshot.JetStream.Requests;

/// <summary>
/// Compares a sent configuration with the server's response: a server that does not support a field may ignore it. Fields that are not in
/// the request are not compared.
/// </summary>
internal static class EchoCheck
{
    /// <summary>Returns the path of the first field of the request whose value differs or is missing in the response; null when there is none.</summary>
    /// <param name="sent">The sent configuration, as JSON.</param>
    /// <param name="answer">The complete response, with a field <c>config</c>.</param>
    public static string? FindMissing(ReadOnlyMemory<byte> sent, ReadOnlyMemory<byte> answer)
    {
        using var request = JsonDocument.Parse(sent);
        using var response = JsonDocument.Parse(answer);
        try
        {
            return response.RootElement.TryGetProperty("config", out JsonElement config) ? FindMissing(request.RootElement, config, "") : "config";
        }
        catch (InvalidOperationException)
        {
            return "config"; // an escaped half of a surrogate pair equals nothing that was sent
        }
    }

    private static string? FindMissing(JsonElement sent, JsonElement echoed, string path)
    {
        foreach (JsonProperty field in sent.EnumerateObject())
        {
            string name = path + field.Name;
            if (EchoAdjustments.IsServers(name))
            {
                continue;
            }

            if (!echoed.TryGetProperty(field.Name, out JsonElement value))
            {
                if (!IsNothing(field.Value) && !EchoAdjustments.MayBeAbsent(name, field.Value))
                {
                    return name;
                }
            }
            else if (Differs(field.Value, value, name) is { } different)
            {
                return different;
            }
        }

        return null;
    }

    private static string? Differs(JsonElement sent, JsonElement echoed, string name) => sent.ValueKind switch
    {
        JsonValueKind.Object when echoed.ValueKind == JsonValueKind.Object => FindMissing(sent, echoed, name + "."),
        JsonValueKind.Array when echoed.ValueKind == JsonValueKind.Array && sent.GetArrayLength() == echoed.GetArrayLength() =>
            sent.EnumerateArray().Zip(echoed.EnumerateArray()).Select(pair => Differs(pair.First, pair.Second, name)).FirstOrDefault(found => found is not null),
        _ => IsEqual(sent, echoed) || EchoAdjustments.MayBe(name, sent, echoed) ? null : name,
    };

    private static bool IsEqual(JsonElement sent, JsonElement echoed) =>
        JsonElement.DeepEquals(sent, echoed)
        || (sent.ValueKind == JsonValueKind.String && echoed.ValueKind == JsonValueKind.String && IsSameTime(sent.GetString()!, echoed.GetString()!));

    private static bool IsSameTime(string sent, string echoed) =>
        DateTimeOffset.TryParse(sent, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset one)
        && DateTimeOffset.TryParse(echoed, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset other)
        && one == other;

    // Values that a server omits because they are equal to a missing field.
    private static bool IsNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Number => value.TryGetInt64(out long number) && number == 0,
        JsonValueKind.String => value.GetString()!.Length == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().MoveNext(),
        _ => false,
    };
}
