using System.Reflection;

namespace Bundler.ClientTests.Api;

/// <summary>The public types and members of an assembly as lines of text, one each, in order.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext _nullability = new();

    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).SelectMany(Lines);

    private static IEnumerable<string> Lines(Type type)
    {
        string bases = string.Join(", ", new[] { type.BaseType }.Concat(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []))
            .Where(each => each is not null && each != typeof(object) && each != typeof(ValueType) && each.Namespace != "System").Select(each => Name(each!)).Order(StringComparer.Ordinal));
        yield return $"{Kind(type)} {Name(type)}{(bases.Length == 0 || type.IsEnum ? "" : $" : {bases}")}";
        IEnumerable<string> members = type.IsEnum
            ? Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), null)}")
            : type.GetMembers(Declared).Select(Member).OfType<string>().Order(StringComparer.Ordinal);
        foreach (string member in members)
        {
            yield return $"    {member}";
        }
    }

    private static string Kind(Type type) => type.IsEnum ? "enum" : type.IsInterface ? "interface" : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";

    private static string? Member(MemberInfo member) => member switch
    {
        ConstructorInfo made when Visible(made) => $"new({Parameters(made)})",
        MethodInfo { IsSpecialName: false } method when Visible(method) && !IsOfRecord(method) => $"{Static(method)}{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        PropertyInfo property when property.GetMethod is { } getter && Visible(getter) && property.Name != "EqualityContract" =>
            $"{Static(getter)}{Nullable(Name(property.PropertyType), property)} {property.Name} {{ get;{(property.SetMethod is { } setter && Visible(setter) ? " init;" : "")} }}",
        FieldInfo { IsPublic: true } field => $"const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}",
        _ => null,
    };

    /// <summary>What every record has.</summary>
    private static bool IsOfRecord(MethodInfo method) => method.Name is "ToString" or "GetHashCode" or "Equals" or "PrintMembers" or "Deconstruct" or "<Clone>$";

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    private static string Nullable(string name, PropertyInfo property) =>
        !property.PropertyType.IsValueType && _nullability.Create(property).ReadState == NullabilityState.Nullable ? $"{name}?" : name;

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(each => $"{Name(each.ParameterType)} {each.Name}{(each.IsOptional ? " = …" : "")}"));

    private static string Name(Type type)
    {
        if (System.Nullable.GetUnderlyingType(type) is { } value)
        {
            return $"{Name(value)}?";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[]";
        }

        string name = type.Namespace?.StartsWith("Bundler.", StringComparison.Ordinal) == true ? type.FullName ?? $"{type.Namespace}.{type.Name}" : type.Name;
        return type.IsGenericType ? $"{name[..name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
