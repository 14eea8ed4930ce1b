using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Earshot.JetStream.Errors;

namespace Earshot.JetStream.Requests;

/// <summary>Reads responses of the API: the error they contain, or the model.</summary>
internal static class ApiAnswerReader
{
    /// <summary>Returns the error of the response; null when it has none.</summary>
    /// <exception cref="NatsJSException">The response is not a JSON object.</exception>
    public static ApiError? ErrorOf(ReadOnlySpan<byte> answer)
    {
        try
        {
            var reader = new Utf8JsonReader(answer);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw NotReadable(null);
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isError = reader.ValueTextEquals("error"u8);
                reader.Read();
                if (isError && reader.TokenType != JsonTokenType.Null)
                {
                    // An error of another type must not pass for a success.
                    return reader.TokenType == JsonTokenType.StartObject ? JsonSerializer.Deserialize(ref reader, ModelJson.Default.ApiError) : throw NotReadable(null);
                }

                reader.Skip();
            }

            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw NotReadable(e); // a name with an escaped half of a surrogate pair is the second one
        }
    }

    /// <exception cref="NatsJSException">The response is not valid JSON of the model.</exception>
    public static T Read<T>(ReadOnlySpan<byte> answer, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer, type) ?? throw NotReadable(null);
        }
        catch (JsonException e)
        {
            throw NotReadable(e);
        }
    }

    /// <summary>Creates the exception for an error; for an unsupported field, an exception that names the field.</summary>
    public static NatsJSException Fault(ApiError error)
    {
        var fault = NatsJSApiException.Of(error);
        if (!ErrorGroups.IsFeatureMissing(error))
        {
            return fault;
        }

        string? field = error.Description?.Split('"') is [_, var name, ..] ? name : null;
        return new NatsJSFeatureNotSupportedException(field ?? "the requested API level", field ?? "Nats-Required-Api-Level", inner: fault);
    }

    private static NatsJSException NotReadable(Exception? inner) => new("The response of the JetStream API could not be read.", inner);
}
