using System;
using System.Collections.Generic;
using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>Makes instances by a constructor, with the same arguments each time.</summary>
internal sealed class ConstructorProducer : IIndirectActorProducer
{
    private readonly ConstructorInvoker _constructor;
    private readonly object[] _arguments;

    private ConstructorProducer(Type type, ConstructorInfo constructor, object[] arguments)
    {
        ActorType = type;
        _constructor = constructor is null ? null : ConstructorInvoker.Create(constructor);
        _arguments = arguments;
    }

    public Type ActorType { get; }

    public static ConstructorProducer For(Type type, object[] arguments) => new(type, null, arguments);

    public static ConstructorProducer For(NewExpression construction, object[] arguments) =>
        new(construction.Type, construction.Constructor, arguments);

    public ActorBase Produce() => _constructor is not null
        ? (ActorBase)_constructor.Invoke(_arguments.AsSpan())
        : (ActorBase)Activator.CreateInstance(ActorType, _arguments);

    public void Release(ActorBase actor)
    {
    }
}

internal sealed class DelegateProducer : IIndirectActorProducer
{
    private readonly Func<ActorBase> _factory;

    public DelegateProducer(Func<ActorBase> factory, Type actorType)
    {
        _factory = factory;
        ActorType = actorType;
    }

    public Type ActorType { get; }

    public ActorBase Produce() => _factory();

    public void Release(ActorBase actor)
    {
    }
}

/// <summary>Values of the arguments of a constructor call in an expression; the usual forms without compiling anything.</summary>
internal static class ArgumentEvaluator
{
    public static object[] Evaluate(IReadOnlyList<Expression> arguments)
    {
        object[] values = new object[arguments.Count];
        for (int i = 0; i < values.Length; i++) values[i] = Value(arguments[i]);
        return values;
    }

    private static object Value(Expression expression)
    {
        switch (expression)
        {
            case ConstantExpression constant:
                return constant.Value;
            case MemberExpression { Member: FieldInfo field } member:
                return field.GetValue(member.Expression is null ? null : Value(member.Expression));
            default:
                return Expression.Lambda<Func<object>>(Expression.Convert(expression, typeof(object)))
                    .Compile(preferInterpretation: true)();
        }
    }
}
