using Earshot.ObjectStore.Chunks;
using Xunit;

namespace Earshot.ObjectStore.Tests.Chunks;

/// <summary>The text of a digest and its comparison.</summary>
public sealed class ObjectDigestTests
{
    // The hash of these bytes has characters in which base64 and base64url differ.
    private const string Expected = "SHA-256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=";

    [Fact]
    public void Text_is_base64url_with_padding()
    {
        using ObjectDigest digest = Of("abc"u8);
        Assert.Equal(Expected, digest.Text());
        digest.Add("d"u8);
        Assert.NotEqual(Expected, digest.Text());
    }

    [Theory]
    [InlineData(Expected, true)]
    [InlineData("SHA-256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", true)]
    [InlineData("sha-256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=", true)]
    [InlineData("SHA-256=ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", true)]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("SHA-256=", false)]
    [InlineData("SHA-256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa1=", false)]
    [InlineData("SHA-256=ungWv48B", false)]
    [InlineData("SHA-256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0AAAA=", false)]
    [InlineData("SHA-256=!", false)]
    [InlineData("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=", false)]
    [InlineData("MD5=kAFQmDzST7DWlj99KOF_cg==", false)]
    public void Stored_digest_is_compared_as_bytes(string? stored, bool matches)
    {
        using ObjectDigest digest = Of("abc"u8);
        Assert.Equal(matches, digest.Matches(stored));
    }

    private static ObjectDigest Of(ReadOnlySpan<byte> bytes)
    {
        var digest = new ObjectDigest();
        digest.Add(bytes);
        return digest;
    }
}
