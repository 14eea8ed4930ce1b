using System.Buffers.Text;
using System.Text;
using Earshot.Authentication;
using Xunit;

namespace Earshot.Client.Tests.Authentication;

public sealed class JwtExpiryTests
{
    [Theory]
    [InlineData("""{"exp":1}""", 1)]
    [InlineData("""{"name":"ann","exp":1767225600}""", 1_767_225_600)]
    [InlineData("""{"exp":253402300799}""", 253_402_300_799)] // the last second of the year 9999
    public void The_expiry_is_the_exp_of_the_claims(string claims, long seconds)
    {
        string jwt = Jwt(claims);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(seconds), JwtExpiry.Of(jwt));
        string[] parts = jwt.Split('.');
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(seconds), JwtExpiry.Of($"{parts[0]}.{parts[1]}==.{parts[2]}")); // padding
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("7")]
    [InlineData("not JSON")]
    [InlineData("")]
    [InlineData("""{"exp":0}""")]
    [InlineData("""{"exp":-1}""")]
    [InlineData("""{"exp":"1767225600"}""")]
    [InlineData("""{"exp":1.5}""")]
    [InlineData("""{"exp":253402300800}""")]
    [InlineData("""{"exp":99999999999999999999}""")]
    [InlineData("""{"exp":null}""")]
    [InlineData("""{"\ud800":1}""")] // half of a surrogate pair
    [InlineData("""{"exp":"\ud800"}""")]
    public void Claims_without_a_usable_exp_do_not_end(string claims) => Assert.Null(JwtExpiry.Of(Jwt(claims)));

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("a.%.c")]
    [InlineData("a.e.c")]
    public void Texts_that_are_no_JWT_do_not_end(string text) => Assert.Null(JwtExpiry.Of(text));

    [Fact]
    public void Claims_nested_deeper_than_16_levels_are_not_read()
    {
        Assert.NotNull(JwtExpiry.Of(Jwt("{\"exp\":1,\"a\":" + new string('[', 15) + new string(']', 15) + "}")));
        Assert.Null(JwtExpiry.Of(Jwt("{\"exp\":1,\"a\":" + new string('[', 16) + new string(']', 16) + "}")));
    }

    private static string Jwt(string claims) => $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln";
}
