using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Earshot.Server.JetStream;

/// <summary>Writes the answers to publishes as a real server does, with its spaces.</summary>
internal static class PubAck
{
    public static byte[] Stored(string stream, ulong sequence) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"stream":"{{stream}}","seq":{{sequence}}}"""));

    public static byte[] Duplicate(string stream, ulong sequence) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"stream":"{{stream}}","seq":{{sequence}},"duplicate": true}"""));

    public static byte[] Rejected(string stream, ApiError error) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"error":{"code":{{error.Code}},"err_code":{{error.ErrCode}},"description":"{{JsonEncodedText.Encode(error.Description)}}"},"stream":"{{stream}}","seq":0}"""));
}
